import type { Window } from './fleet-message.ts';

/** One change as the clients saw it. */
export interface Row {
  change: string;
  /** undefined: before the first change. */
  seconds: number | undefined;
  resuming: Window;
  original: Window;
}

const NONE = '–';

interface Column {
  title: string;
  of: (row: Row) => string | number;
}

const COLUMNS: readonly Column[] = [
  { title: 'change', of: ({ change }) => change },
  { title: 'seconds', of: ({ seconds }) => (seconds === undefined ? NONE : Math.round(seconds)) },
  { title: 'reconnects', of: ({ resuming }) => resuming.subscribedAtMs.length },
  {
    title: 'peak/s',
    of: ({ resuming, original }) => peakPerSecond([...resuming.subscribedAtMs, ...original.subscribedAtMs]),
  },
  { title: 'pause p99 ms', of: ({ resuming }) => pause(resuming, 0.99) },
  { title: 'pause max ms', of: ({ resuming }) => pause(resuming, 1) },
  { title: 'missing', of: ({ resuming }) => resuming.missing },
  { title: 'duplicated', of: ({ resuming }) => resuming.duplicated },
  { title: 'out of order', of: ({ resuming }) => resuming.outOfOrder },
  { title: 'gaps', of: ({ resuming }) => resuming.gaps },
  { title: 'orig. closes', of: ({ original }) => original.closes },
  { title: 'orig. pause p99 ms', of: ({ original }) => pause(original, 0.99) },
  { title: 'orig. pause max ms', of: ({ original }) => pause(original, 1) },
  { title: 'orig. missing', of: ({ original }) => original.missing },
];

/** A quantile of the clients' longest times without a tick; none where there are no clients. */
function pause({ pausesMs }: Window, share: number): string | number {
  return pausesMs.length === 0 ? NONE : Math.round(quantile(pausesMs, share));
}

/** The rows as a Markdown table, aligned. */
export function table(rows: readonly Row[]): string {
  const cells = [COLUMNS.map(({ title }) => title), ...rows.map((row) => COLUMNS.map(({ of }) => String(of(row))))];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)));
  const line = (texts: readonly string[]): string => {
    const padded = texts.map((text, column) =>
      column === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[column]!),
    );
    return `| ${padded.join(' | ')} |`;
  };
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  const [head, ...body] = cells.map(line);
  return [head, rule, ...body].join('\n');
}

/** The most events within one second, wherever it begins. @param timesMs unix ms */
export function peakPerSecond(timesMs: readonly number[]): number {
  const sorted = timesMs.toSorted((a, b) => a - b);
  let peak = 0;
  let first = 0;
  for (const [index, timeMs] of sorted.entries()) {
    while (sorted[first]! <= timeMs - 1_000) first += 1;
    peak = Math.max(peak, index - first + 1);
  }
  return peak;
}

/** The smallest value that a share of all values does not exceed; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
