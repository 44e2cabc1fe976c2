import { fuzzOne } from './fuzz-target.ts';

interface FuzzFailure {
  index: number;
  problem: string;
}

export interface FuzzRun {
  inputs: number;
  /** How often each class of outcome came. */
  outcomes: ReadonlyMap<string, number>;
  failures: readonly FuzzFailure[];
}

/** More failures than these say nothing more. */
const MAX_FAILURES = 10;

/**
 * Runs the inputs [from, to) of a seed.
 * @param progress called with the index before each input
 */
export function fuzzRange(seed: number, from: number, to: number, progress: (index: number) => void): FuzzRun {
  const outcomes = new Map<string, number>();
  const failures: FuzzFailure[] = [];
  const count = (outcome: string): void => void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  let index = from;
  for (; index < to && failures.length < MAX_FAILURES; index += 1) {
    progress(index);
    try {
      fuzzOne(seed, index, count);
    } catch (error) {
      failures.push({ index, problem: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
  return { inputs: index - from, outcomes, failures };
}
