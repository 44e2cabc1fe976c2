/** What several runs of one measurement gave. */
export interface Summary {
  median: number;
  min: number;
  max: number;
  runs: number;
}

/** @param values at least one */
export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)!, runs: sorted.length };
}

/** Ratios of runs that were made side by side: the noise of the machine is in both and mostly cancels out. */
export function ratios(values: readonly number[], others: readonly number[]): number[] {
  const pairs = Math.min(values.length, others.length);
  return values.slice(0, pairs).map((value, index) => value / others[index]!);
}
