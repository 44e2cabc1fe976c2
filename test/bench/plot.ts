import { axisOf, type Axis, type Bar } from './axis.ts';

export interface BarPlot {
  title: string;
  unit: string;
  groups: readonly string[];
  /** One bar per group each; undefined = not measured, which takes no room. */
  series: readonly { name: string; bars: readonly (Bar | undefined)[] }[];
}

const WIDTH = 790;
const ROW = 20;
const GROUP_GAP = 16;
const LABEL_WIDTH = 220;
const VALUE_WIDTH = 90;
const TOP = 62;
const TICK_HEIGHT = 22;
// Distinct for those who cannot tell red from green (Okabe and Ito), and the same for a contender in every plot.
const colors: Readonly<Record<string, string>> = {
  'tick-storm': '#0072b2',
  nats: '#e69f00',
  'controller-runtime': '#e69f00',
  floor: '#999999',
};
const OTHER = '#56b4e9';

/**
 * Draws horizontal bars with whiskers from the least to the greatest run, as an SVG document. Where values differ too
 * much for one scale, the axis is logarithmic and its powers of ten are drawn.
 */
export function barPlot({ title, unit, groups, series }: BarPlot): string {
  const bars = series.flatMap((each) => each.bars.filter((bar) => bar !== undefined));
  const axis = axisOf(bars, WIDTH - LABEL_WIDTH - VALUE_WIDTH);
  const parts: string[] = [];
  let top = TOP + (axis.ticks.length > 0 ? TICK_HEIGHT : 0);
  const first = top;
  for (const [index, group] of groups.entries()) {
    const measured = series.flatMap(({ name, bars: each }) => (each[index] ? [{ name, bar: each[index] }] : []));
    parts.push(text(LABEL_WIDTH - 10, top + (measured.length * ROW) / 2 + 4, group, 'text-anchor="end"'));
    for (const { name, bar } of measured) {
      parts.push(...drawn(bar, top, axis, colorOf(name)));
      top += ROW;
    }
    top += GROUP_GAP;
  }
  const heading = `${title} (${unit}${axis.ticks.length > 0 ? ', logarithmic' : ''})`;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}" ` +
      'font-family="system-ui, sans-serif" font-size="12">',
    `<rect width="${WIDTH}" height="${top}" fill="#ffffff"/>`,
    text(12, 22, heading, 'font-size="15" font-weight="600"'),
    ...series.map(({ name }, index) => legend(12 + index * 130, name)),
    ...axis.ticks.flatMap((tick) => gridLine(LABEL_WIDTH + axis.at(tick), first, top, tick)),
    ...parts,
    '</svg>',
  ].join('\n')}\n`;
}

function colorOf(name: string): string {
  return colors[name] ?? OTHER;
}

function gridLine(x: number, from: number, to: number, value: number): string[] {
  return [
    `<path d="M${fixed(x)} ${from - 4}V${to - GROUP_GAP / 2}" stroke="#dddddd"/>`,
    text(
      x,
      from - 8,
      value.toLocaleString('en', { maximumSignificantDigits: 3 }),
      'text-anchor="middle" fill="#666666"',
    ),
  ];
}

function drawn({ value, min, max }: Bar, y: number, axis: Axis, color: string): string[] {
  const middle = y + ROW / 2 - 1;
  const [from, to] = [LABEL_WIDTH + axis.at(min), LABEL_WIDTH + axis.at(max)];
  return [
    `<rect x="${LABEL_WIDTH}" y="${y}" width="${fixed(axis.at(value))}" height="${ROW - 4}" fill="${color}"/>`,
    `<path d="M${fixed(from)} ${middle}H${fixed(to)}M${fixed(from)} ${middle - 4}v8M${fixed(to)} ${middle - 4}v8" stroke="#222222"/>`,
    text(to + 6, middle + 4, short(value), 'fill="#222222"'),
  ];
}

function legend(x: number, name: string): string {
  return `<rect x="${x}" y="34" width="12" height="12" fill="${colorOf(name)}"/>${text(x + 18, 44, name)}`;
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
