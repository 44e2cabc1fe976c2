import type { Bar } from './axis.ts';
import type { BarPlot } from './plot.ts';
import type { Column } from './scenario.ts';
import { summarize } from './statistics.ts';

/** The runs of one contender under one load. */
interface Runs<Measurement> {
  readonly label: string;
  readonly contender: string;
  readonly measurements: readonly Measurement[];
}

/** A plot of one figure: a group per load, a bar per contender, the median of its runs with the least and greatest. */
export function plotOfRows<Measurement>(
  title: string,
  figure: Column<Measurement>,
  rows: readonly Runs<Measurement>[],
): BarPlot {
  const groups = [...new Set(rows.map(({ label }) => label))];
  const names = [...new Set(rows.map(({ contender }) => contender))];
  const barOf = (label: string, name: string): Bar | undefined => {
    const row = rows.find((each) => each.label === label && each.contender === name);
    const values = (row?.measurements ?? []).map((each) => figure.value(each)).filter((value) => value !== undefined);
    if (values.length === 0) return undefined;
    const { median, min, max } = summarize(values);
    return { value: median, min, max };
  };
  const series = names.map((name) => ({ name, bars: groups.map((label) => barOf(label, name)) }));
  return { title, unit: figure.title, groups, series };
}
