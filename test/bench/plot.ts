/** One bar of a plot, in the unit of its axis. */
interface Bar {
  value: number;
  /** Least and greatest of the runs. */
  min: number;
  max: number;
}

export interface BarPlot {
  title: string;
  unit: string;
  groups: readonly string[];
  /** One bar per group each; undefined = not measured. */
  series: readonly { name: string; bars: readonly (Bar | undefined)[] }[];
}

const WIDTH = 760;
const ROW = 20;
const GROUP_GAP = 16;
const LABEL_WIDTH = 190;
const VALUE_WIDTH = 90;
const TOP = 62;
// Distinct for those who cannot tell red from green (Okabe and Ito).
const colors = ['#0072b2', '#e69f00', '#999999'] as const;

/** Draws horizontal bars with whiskers from the least to the greatest run, as an SVG document. */
export function barPlot({ title, unit, groups, series }: BarPlot): string {
  const largest = Math.max(...series.flatMap(({ bars }) => bars.map((bar) => bar?.max ?? 0)), Number.MIN_VALUE);
  const scale = (WIDTH - LABEL_WIDTH - VALUE_WIDTH) / largest;
  const groupHeight = series.length * ROW + GROUP_GAP;
  const height = TOP + groups.length * groupHeight;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" ` +
      'font-family="system-ui, sans-serif" font-size="12">',
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(12, 22, `${title} (${unit})`, 'font-size="15" font-weight="600"'),
    ...series.map(({ name }, index) => legend(12 + index * 130, name, colors[index % colors.length]!)),
  ];
  groups.forEach((group, groupIndex) => {
    const top = TOP + groupIndex * groupHeight;
    parts.push(text(LABEL_WIDTH - 10, top + (series.length * ROW) / 2 + 4, group, 'text-anchor="end"'));
    series.forEach(({ bars }, index) => {
      const bar = bars[groupIndex];
      const y = top + index * ROW;
      if (bar) parts.push(...drawn(bar, y, scale, colors[index % colors.length]!));
      else parts.push(text(LABEL_WIDTH + 4, y + 13, '–', 'fill="#666666"'));
    });
  });
  return `${[...parts, '</svg>'].join('\n')}\n`;
}

function drawn({ value, min, max }: Bar, y: number, scale: number, color: string): string[] {
  const middle = y + ROW / 2 - 1;
  const [from, to] = [LABEL_WIDTH + min * scale, LABEL_WIDTH + max * scale];
  return [
    `<rect x="${LABEL_WIDTH}" y="${y}" width="${fixed(value * scale)}" height="${ROW - 4}" fill="${color}"/>`,
    `<path d="M${fixed(from)} ${middle}H${fixed(to)}M${fixed(from)} ${middle - 4}v8M${fixed(to)} ${middle - 4}v8" stroke="#222222"/>`,
    text(to + 6, middle + 4, short(value), 'fill="#222222"'),
  ];
}

function legend(x: number, name: string, color: string): string {
  return `<rect x="${x}" y="34" width="12" height="12" fill="${color}"/>${text(x + 18, 44, name)}`;
}

function text(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${fixed(x)}" y="${fixed(y)}" ${attributes}>${escaped}</text>`;
}

function fixed(value: number): string {
  return value.toFixed(1);
}

function short(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}
