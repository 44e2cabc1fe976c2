import type { Load } from './contenders/contender.ts';
import type { LoadOptions } from './load-client.ts';
import type { Measurement } from './measurement.ts';
import type { Placement } from './placement.ts';

export type ContenderName = 'tick-storm' | 'nats' | 'floor';

/** One load, put on each of some contenders in turn. */
export interface Case {
  /** What tells it from the other cases of its scenario. */
  label: string;
  contenders: readonly ContenderName[];
  load: Load;
  options: LoadOptions;
}

/** The figures of one contender in one case, a value for each run. */
export interface Row<M = Measurement, Name extends string = ContenderName> {
  label: string;
  contender: Name;
  measurements: M[];
}

/** One column of the table: a figure of a measurement; undefined = this contender has none. */
export interface Column<M = Measurement> {
  title: string;
  digits: number;
  value: (measurement: M) => number | undefined;
}

/** A bound that was set before the measurement, or a figure beside those that have one. */
export type Target = Finding & (Bound | { is: 'information' });

interface Finding {
  text: string;
  /** What was measured; NaN when it was not. */
  value: number;
  /** Why the bound is not met, should it not be. */
  why?: string | undefined;
  /** What the figure must be read with, met or not. */
  note?: string | undefined;
}

export interface Bound {
  bound: number;
  /** Whether the value is to be at least or at most the bound. */
  is: 'at least' | 'at most';
}

/** What a scenario found out beside its loads, by name. */
export type Facts = Readonly<Record<string, number>>;

/** How long everything takes: `quick` shows that the bench works, not how fast anything is. */
export type Pace = 'quick' | 'full';

export interface Scenario {
  name: string;
  title: string;
  /** What is measured and how to read it. */
  about: string;
  /** Runs of every case and contender. */
  runs: Readonly<Record<Pace, number>>;
  cases: (pace: Pace) => Case[];
  /** Measures what its targets need beside the loads. */
  findFacts?: (placement: Placement) => Promise<Facts>;
  columns: readonly Column[];
  targets: (rows: readonly Row[], facts: Facts) => Target[];
}

export function isMet(value: number, { bound, is }: Bound): boolean {
  return is === 'at least' ? value >= bound : value <= bound;
}
