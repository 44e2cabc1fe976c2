import type { Problem } from '../controller/problem.ts';
import type { FieldChange } from './object-diff.ts';

/** What applying would do to one object. */
export interface Preview {
  /** Such as `ConfigMap market/demo-config`. */
  readonly object: string;
  /** `blocked`: it would not become as declared; `detail` says why. */
  readonly change: 'none' | 'created' | 'changed' | 'removed' | 'blocked';
  /** Of a changed object. */
  readonly fields?: readonly FieldChange[];
  /** What else there is to say. */
  readonly detail?: string;
  /** Of one that would not become as declared, or not at once: the reason that a condition would give. */
  readonly problem?: Problem['reason'];
}

/** What applying would do, and what is worth knowing about it. */
export interface PlanResult {
  readonly previews: readonly Preview[];
  readonly notes: readonly string[];
}
