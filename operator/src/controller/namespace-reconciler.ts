import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { SHARED_LIMITS_NAME, SHARED_QUOTA_NAME } from '../builders/names.ts';
import type { AppliedObject } from '../builders/object.ts';
import { buildSharedLimits } from '../builders/shared-limits.ts';
import { buildSharedQuota } from '../builders/shared-quota.ts';
import type { Applier } from '../runtime/applier.ts';
import type { ReconcileResult } from '../runtime/controller.ts';
import type { Informer } from '../runtime/informer.ts';
import type { SharedKind } from './kinds.ts';
import { problemOf, throwFailures, type Problem } from './problem.ts';
import { sharedOwnership } from './ownership.ts';

type SharedInformers = Readonly<Record<SharedKind, Informer>>;

export interface NamespaceReconcilerOptions {
  readonly applier: Applier;
  /** With an index `namespace`. */
  readonly tickStorms: Informer;
  readonly shared: SharedInformers;
  /** Called when the conflicts of a namespace have changed: its TickStorms report them. */
  readonly onProblems: (namespace: string) => void;
}

const PROBLEM_RECHECK_MS = 15_000;

/**
 * Keeps the objects that a namespace's TickStorms share. They are computed from all of them at once: two applies, one
 * per TickStorm, would take each other's owner references away.
 */
export class NamespaceReconciler {
  readonly #options: NamespaceReconcilerOptions;
  readonly #problems = new Map<string, readonly Problem[]>();

  constructor(options: NamespaceReconcilerOptions) {
    this.#options = options;
  }

  /** Conflicts over the shared objects of a namespace. */
  problemsOf(namespace: string): readonly Problem[] {
    return this.#problems.get(namespace) ?? [];
  }

  /** Reconciles the shared objects of this namespace. */
  async reconcile(namespace: string): Promise<ReconcileResult> {
    const tickStorms = this.#tickStormsIn(namespace);
    // The limit range first: pods that declare nothing need its defaults once the quota binds.
    const problems = [
      ...(await this.#keep('LimitRange', namespace, SHARED_LIMITS_NAME, buildSharedLimits(namespace, tickStorms))),
      ...(await this.#keep('ResourceQuota', namespace, SHARED_QUOTA_NAME, buildSharedQuota(namespace, tickStorms))),
    ];
    this.#remember(namespace, problems);
    throwFailures(problems);
    return problems.length > 0 ? { requeueAfterMs: PROBLEM_RECHECK_MS } : {};
  }

  #tickStormsIn(namespace: string): TickStorm[] {
    return this.#options.tickStorms.cache
      .byIndex('namespace', namespace)
      .filter((live) => live.metadata.deletionTimestamp === undefined)
      .map((live) => parseTickStorm(live))
      .flatMap((parsed) => (parsed.ok ? [parsed.value] : []));
  }

  async #keep(
    kind: SharedKind,
    namespace: string,
    name: string,
    intent: AppliedObject | undefined,
  ): Promise<Problem[]> {
    const informer = this.#options.shared[kind];
    try {
      if (intent === undefined) await this.#options.applier.remove(informer, namespace, name, sharedOwnership);
      else await this.#options.applier.ensure(informer, intent, sharedOwnership);
      return [];
    } catch (error) {
      return [problemOf(error)];
    }
  }

  #remember(namespace: string, problems: readonly Problem[]): void {
    const isChanged = JSON.stringify(this.problemsOf(namespace)) !== JSON.stringify(problems);
    if (problems.length > 0) this.#problems.set(namespace, problems);
    else this.#problems.delete(namespace);
    if (isChanged) this.#options.onProblems(namespace);
  }
}
