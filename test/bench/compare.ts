import type { Measurement } from './measurement.ts';
import type { ContenderName, Row } from './scenario.ts';
import { ratios, summarize } from './statistics.ts';

type Figure = (measurement: Measurement) => number | undefined;

/** The median of a figure; NaN when it was not measured. */
export function medianOf(rows: readonly Row[], label: string, contender: ContenderName, figure: Figure): number {
  const values = valuesOf(rows, label, contender, figure);
  return values.length === 0 ? Number.NaN : summarize(values).median;
}

/** The median of the ratios, run by run, of our figure to another contender's; NaN when one was not measured. */
export function medianRatio(rows: readonly Row[], label: string, other: ContenderName, figure: Figure): number {
  const pairs = ratios(valuesOf(rows, label, 'tick-storm', figure), valuesOf(rows, label, other, figure));
  return pairs.length === 0 ? Number.NaN : summarize(pairs).median;
}

/** Nothing when a run did not have all its connections: it bore another load. */
function valuesOf(rows: readonly Row[], label: string, contender: ContenderName, figure: Figure): number[] {
  const row = rows.find((each) => each.label === label && each.contender === contender);
  const measurements = row?.measurements ?? [];
  if (measurements.some(({ missing }) => missing > 0)) return [];
  return measurements.map(figure).filter((value) => value !== undefined);
}
