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

/**
 * The value that a share of all values does not exceed (nearest rank).
 * @param values at least one
 * @param share such as 0.99
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}
