import { describe, expect, it } from '@jest/globals';
import { barPlot } from './plot.ts';

const bar = (value: number): { value: number; min: number; max: number } => ({ value, min: value, max: value });

const bars = (svg: string): (readonly [y: number, width: number])[] =>
  [...svg.matchAll(/<rect x="220" y="(\d+)" width="([\d.]+)"/g)].map(([, y, width]) => [Number(y), Number(width)]);

describe('barPlot', () => {
  it('draws bars in proportion, and leaves no room for what was not measured', () => {
    const svg = barPlot({
      title: 'CPU & more',
      unit: '%',
      groups: ['one', 'two', 'three'],
      series: [
        { name: 'a', bars: [bar(100), bar(50), bar(10)] },
        { name: 'b', bars: [bar(25), undefined, undefined] },
      ],
    });
    expect(bars(svg).map(([, width]) => width)).toEqual([480, 120, 240, 48]);
    const [first, second, third, fourth] = bars(svg).map(([y]) => y);
    expect([second! - first!, third! - second!, fourth! - third!]).toEqual([20, 36, 36]);
    expect(svg).toContain('CPU &amp; more (%)');
  });

  it('gives a contender the same colour whatever it is beside', () => {
    const colour = (...names: string[]): string | undefined =>
      /fill="(#\w+)"\/><text[^>]*>tick-storm/.exec(
        barPlot({ title: '', unit: '', groups: [], series: names.map((name) => ({ name, bars: [] })) }),
      )?.[1];
    expect(colour('floor', 'tick-storm')).toBe(colour('tick-storm', 'nats'));
    expect(colour('tick-storm')).toMatch(/^#/);
  });

  it('says that an axis is logarithmic, and draws its powers of ten', () => {
    const svg = barPlot({
      title: 'p99',
      unit: 'ms',
      groups: ['one', 'two'],
      series: [{ name: 'a', bars: [bar(0.5), bar(5_000)] }],
    });
    expect(svg).toContain('p99 (ms, logarithmic)');
    for (const label of ['0.1', '1', '10', '100', '1,000']) expect(svg).toContain(`>${label}</text>`);
  });
});
