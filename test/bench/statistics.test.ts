import { describe, expect, it } from '@jest/globals';
import { quantile, ratios, summarize } from './statistics.ts';

describe('summarize', () => {
  it('gives the middle value of an odd number of runs and the mean of the two middle ones of an even number', () => {
    expect(summarize([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9, runs: 3 });
    expect(summarize([4, 1, 2, 10])).toEqual({ median: 3, min: 1, max: 10, runs: 4 });
  });
});

describe('ratios', () => {
  it('compares run by run and leaves out a run that only one side has', () => {
    expect(ratios([10, 30, 7], [5, 10])).toEqual([2, 3]);
  });
});

describe('quantile', () => {
  it('gives a value that was measured, the nearest above the share', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(quantile(hundred, 0.5)).toBe(50);
    expect(quantile(hundred, 0.99)).toBe(99);
    expect(quantile([3], 0.5)).toBe(3);
  });
});
