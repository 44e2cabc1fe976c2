/** One bar of a plot, in the unit of its axis. */
export interface Bar {
  value: number;
  /** Least and greatest of the runs. */
  min: number;
  max: number;
}

/** Values further apart than this cannot be read off one linear scale. */
const LINEAR_RANGE = 100;

export interface Axis {
  /** Pixels from the axis' start to a value. */
  readonly at: (value: number) => number;
  /** Values to draw a line at; none on a linear axis, whose bars carry their values. */
  ticks: readonly number[];
}

/** An axis of `width` pixels up to the greatest value; logarithmic, from a power of ten on, where values need it. */
export function axisOf(bars: readonly Bar[], width: number): Axis {
  const largest = Math.max(...bars.map(({ max }) => max), Number.MIN_VALUE);
  const positive = bars.map(({ value }) => value).filter((value) => value > 0);
  const isLinear = positive.length === 0 || largest / Math.min(...positive) <= LINEAR_RANGE;
  if (isLinear) return { at: (value) => (value / largest) * width, ticks: [] };
  const from = Math.ceil(Math.log10(Math.min(...positive))) - 1;
  const to = Math.log10(largest);
  const ticks = Array.from({ length: Math.floor(to) - from + 1 }, (_, index) => 10 ** (from + index));
  return {
    at: (value) => (value <= 0 ? 0 : Math.max(((Math.log10(value) - from) / (to - from)) * width, 0)),
    ticks,
  };
}
