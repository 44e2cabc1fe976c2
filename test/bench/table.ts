import type { Column, Row, Target } from './scenario.ts';
import { isMet } from './scenario.ts';
import { summarize } from './statistics.ts';

/** Cells of a table: headings, then a line each. */
export type Cells = string[][];

/** The figures of some cases: medians, with the spread where there were several runs. */
export function figureCells<M>(
  { columns }: { readonly columns: readonly Column<M>[] },
  rows: readonly Row<M, string>[],
): Cells {
  const shown = columns.filter((column) => rows.some((row) => summaryOf(row, column) !== undefined));
  const lines = rows.map((row) => [row.label, row.contender, ...shown.map((column) => cell(row, column))]);
  return [['load', 'contender', ...shown.map(({ title }) => title)], ...lines];
}

export function targetCells(targets: readonly Target[]): Cells {
  const lines = targets.map((target) => {
    const { text, value } = target;
    const measured = Number.isNaN(value) ? '–' : String(Number(value.toPrecision(3)));
    return [text, measured, target.is === 'information' ? '–' : `${target.is} ${target.bound}`, verdict(target)];
  });
  return [['target', 'measured', 'bound', ''], ...lines];
}

function verdict(target: Target): string {
  const { value, why, note } = target;
  const parts: (string | undefined)[] = [];
  if (Number.isNaN(value)) parts.push('not measured');
  else if (target.is === 'information') parts.push('for information');
  else if (isMet(value, target)) parts.push('met');
  else parts.push(why === undefined ? 'NOT MET' : `NOT MET: ${why}`);
  return [...parts, note].filter((part) => part !== undefined).join('; ');
}

/** Aligned columns for a terminal: text to the left, figures to the right. */
export function plainTable(cells: Cells): string {
  const widths = cells[0]!.map((_, index) => Math.max(...cells.map((line) => line[index]!.length)));
  const isNumeric = numericColumns(cells);
  return cells
    .map((line) =>
      line
        .map((text, index) => (isNumeric[index] ? text.padStart(widths[index]!) : text.padEnd(widths[index]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function markdownTable(cells: Cells): string {
  const [headings = [], ...lines] = cells;
  const row = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  const rule = numericColumns(cells).map((isNumeric) => (isNumeric ? '--:' : '---'));
  return [row(headings), row(rule), ...lines.map(row)].join('\n');
}

/** Which columns hold figures only; the first is what the lines are called by. */
function numericColumns([headings = [], ...lines]: Cells): boolean[] {
  return headings.map((_, index) => index > 0 && lines.every((line) => /^[\d–(]/.test(line[index]!)));
}

function summaryOf<M>(
  { measurements }: Row<M, string>,
  { value }: Column<M>,
): ReturnType<typeof summarize> | undefined {
  const values = measurements.map(value).filter((each) => each !== undefined);
  return values.length === 0 ? undefined : summarize(values);
}

function cell<M>(row: Row<M, string>, column: Column<M>): string {
  const summary = summaryOf(row, column);
  if (!summary) return '–';
  const text = (value: number): string =>
    value.toLocaleString('en', { minimumFractionDigits: column.digits, maximumFractionDigits: column.digits });
  const { median, min, max, runs } = summary;
  return runs === 1 || text(min) === text(max) ? text(median) : `${text(median)} (${text(min)}–${text(max)})`;
}
