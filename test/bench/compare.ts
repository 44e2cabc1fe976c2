import type { Measurement } from './measurement.ts';
import type { ContenderName, Row } from './scenario.ts';
import { ratios, summarize } from './statistics.ts';

export type Figure = (measurement: Measurement) => number | undefined;

/** One figure of one contender under one load. */
export interface Side {
  label: string;
  contender: ContenderName;
  figure: Figure;
}

/** Of a load client whose share of its CPU is above this, a figure says no more than that it is at least so good. */
const LIMITING_SHARE = 0.9;

/** The median of a figure; NaN when it was not measured. */
export function medianOf(rows: readonly Row[], label: string, contender: ContenderName, figure: Figure): number {
  const values = valuesOf(rows, { label, contender, figure }).filter((value) => value !== undefined);
  return values.length === 0 ? Number.NaN : summarize(values).median;
}

/** The median of the ratios, run by run, of our figure to another contender's; NaN when one was not measured. */
export function medianRatio(rows: readonly Row[], label: string, other: ContenderName, figure: Figure): number {
  return medianRatioOf(rows, { label, contender: 'tick-storm', figure }, { label, contender: other, figure });
}

/** The median of the ratios, run by run, of one figure to another; NaN when one was not measured. */
export function medianRatioOf(rows: readonly Row[], one: Side, other: Side): number {
  const others = valuesOf(rows, other);
  const pairs = valuesOf(rows, one).flatMap((value, run) => {
    const against = others[run];
    return value === undefined || against === undefined ? [] : ratios([value], [against]);
  });
  return pairs.length === 0 ? Number.NaN : summarize(pairs).median;
}

/** Says so when the load client was the limit of one of the figures that a target compares. */
export function loadLimit(
  rows: readonly Row[],
  label: string,
  contenders: readonly ContenderName[],
  figure: Figure = (each) => each.loadCpuShare,
): string | undefined {
  const limited = contenders
    .map((contender) => ({ contender, share: medianOf(rows, label, contender, figure) }))
    .filter(({ share }) => share > LIMITING_SHARE)
    .map(({ contender, share }) => `${contender} ${(100 * share).toFixed(0)} % of its CPU`);
  return limited.length === 0
    ? undefined
    : `the load client was the limit (${limited.join(', ')}): a bound and not a figure`;
}

/** Nothing when a run did not have all its connections: it bore another load. */
function valuesOf(rows: readonly Row[], { label, contender, figure }: Side): (number | undefined)[] {
  const row = rows.find((each) => each.label === label && each.contender === contender);
  const measurements = row?.measurements ?? [];
  if (measurements.some(({ missing }) => missing > 0)) return [];
  return measurements.map(figure);
}
