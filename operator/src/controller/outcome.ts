import type { ApplyResult } from '../runtime/applier.ts';
import type { EventNote } from '../runtime/event-note.ts';
import type { HandScaling } from './hand-scaling.ts';
import type { OptionalKind } from './kinds.ts';
import { problemOf, type Problem } from './problem.ts';

/** What came of bringing objects to their declared state. */
export class Outcome {
  readonly changes: ApplyResult[] = [];
  readonly removed: string[] = [];
  /** Kinds that are wanted and not installed. */
  readonly missingKinds = new Set<OptionalKind>();
  /** Whether one of these was not known to be missing, so that nothing may tell when it is back. */
  hasLostKind = false;
  /** The number of pods that was taken over from the Deployment. */
  scaledByHand: HandScaling | undefined = undefined;
  /** What else is worth an event. */
  readonly notes: EventNote[] = [];
  readonly #problems: Problem[] = [];

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /** Whether something that is needed belongs to someone else. */
  get hasConflict(): boolean {
    return this.#problems.some(({ reason }) => reason === 'ResourceConflict');
  }

  add(...problems: readonly Problem[]): void {
    this.#problems.push(...problems);
  }

  /** One object's failure must not keep the others from being right: it becomes a problem in the status. */
  async guard<T>(action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      this.add(problemOf(error));
      return undefined;
    }
  }
}
