import { describe, expect, it } from '@jest/globals';
import { barPlot } from './plot.ts';

const bar = (value: number): { value: number; min: number; max: number } => ({ value, min: value, max: value });

describe('barPlot', () => {
  it('draws bars in proportion, and a dash where nothing was measured', () => {
    const svg = barPlot({
      title: 'CPU & more',
      unit: '%',
      groups: ['one', 'two'],
      series: [
        { name: 'a', bars: [bar(100), bar(50)] },
        { name: 'b', bars: [bar(25), undefined] },
      ],
    });
    const widths = [...svg.matchAll(/<rect x="190" y="\d+" width="([\d.]+)"/g)].map(([, width]) => Number(width));
    expect(widths).toEqual([480, 120, 240]);
    expect(svg).toContain('CPU &amp; more (%)');
    expect(svg).toContain('>–</text>');
  });
});
