import type { TickStormEvent } from '../event-reasons.ts';
import type { ApplyResult } from '../runtime/applier.ts';
import type { HandScaling } from './hand-scaling.ts';
import type { OptionalKind } from './kinds.ts';
import { problemOf, type Problem } from './problem.ts';

/** Something that is done beside other things. */
type Part = (outcome: Outcome) => Promise<void>;

/** What came of bringing objects to their declared state. */
export class Outcome {
  readonly changes: ApplyResult[] = [];
  readonly removed: string[] = [];
  /** Kinds that are wanted and not installed. */
  readonly missingKinds = new Set<OptionalKind>();
  /** Whether one of these was not known to be missing, so that nothing may tell when it is back. */
  hasLostKind = false;
  /** Whether an object was left alone since it is no longer as it was looked at; its watch tells of that. */
  isOvertaken = false;
  /** The number of pods that was taken over from the Deployment. */
  scaledByHand: HandScaling | undefined = undefined;
  /** What else is worth an event. */
  readonly notes: TickStormEvent[] = [];
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

  /**
   * Does these things at once, and tells what came of each in their order, however they overtake one another: what a
   * TickStorm says must not change from look to look. None of them keeps the others from ending.
   */
  async together(parts: readonly Part[]): Promise<void> {
    const outcomes = await Promise.all(
      parts.map(async (part) => {
        const outcome = new Outcome();
        await outcome.guard(() => part(outcome));
        return outcome;
      }),
    );
    for (const outcome of outcomes) this.#take(outcome);
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

  #take(part: Outcome): void {
    this.changes.push(...part.changes);
    this.removed.push(...part.removed);
    this.notes.push(...part.notes);
    this.add(...part.problems);
    for (const kind of part.missingKinds) this.missingKinds.add(kind);
    this.hasLostKind ||= part.hasLostKind;
    this.isOvertaken ||= part.isOvertaken;
    this.scaledByHand = part.scaledByHand ?? this.scaledByHand;
  }
}
