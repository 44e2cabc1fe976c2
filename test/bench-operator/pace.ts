/** How much is done, and for how long. `quick` shows that the bench works, not what anything costs. */
interface Pace {
  /** Numbers of TickStorms where none are asked for. */
  readonly instances: readonly number[];
  /** Milliseconds without a request after which an operator counts as at rest. */
  readonly quietMs: number;
  /** Seconds over which the steady state is watched where no other time is asked for. */
  readonly steadySeconds: number;
  /** Objects that are deleted or edited to see them repaired. */
  readonly drifts: number;
  /** Leaders that are ended in order, and killed. */
  readonly sigterms: number;
  readonly sigkills: number;
}

export type PaceName = 'full' | 'quick';

export const paces: Readonly<Record<PaceName, Pace>> = {
  full: { instances: [100, 500, 1_000], quietMs: 3_000, steadySeconds: 120, drifts: 60, sigterms: 5, sigkills: 1 },
  // A killed leader's lease lasts 15 s, which is too long here.
  quick: { instances: [5], quietMs: 1_000, steadySeconds: 3, drifts: 4, sigterms: 1, sigkills: 0 },
};
