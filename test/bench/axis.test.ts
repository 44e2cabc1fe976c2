import { describe, expect, it } from '@jest/globals';
import { axisOf } from './axis.ts';

const bar = (value: number): { value: number; min: number; max: number } => ({ value, min: value, max: value });

describe('axisOf', () => {
  it('is linear as far as the values can be told apart so', () => {
    const { at, ticks } = axisOf([bar(2), bar(200)], 400);
    expect([at(0), at(100), at(200), ticks]).toEqual([0, 200, 400, []]);
  });

  it('is logarithmic from the power of ten below the least value on', () => {
    const { at, ticks } = axisOf([bar(0.5), bar(1_000)], 400);
    expect(ticks).toEqual([0.1, 1, 10, 100, 1_000]);
    expect(ticks.map(at)).toEqual([0, 100, 200, 300, 400]);
    expect([at(0), at(0.01)]).toEqual([0, 0]);
  });

  it('gives a least value that is a power of ten a bar to be seen', () => {
    expect(axisOf([bar(1), bar(1_000)], 400).at(1)).toBe(100);
  });

  it('bears that nothing was measured', () => {
    expect(axisOf([], 400).ticks).toEqual([]);
    expect(axisOf([bar(0)], 400).at(0)).toBe(0);
  });
});
