import { describe, expect, it } from '@jest/globals';
import { LogSampler } from './log-sampler.ts';

describe('LogSampler', () => {
  it('lets the first lines of each interval through and says how many were left out', () => {
    const sampler = new LogSampler(2, 1_000);
    expect([0, 1, 2, 3].map((nowMs) => sampler.admit('a', nowMs))).toEqual([0, 0, undefined, undefined]);
    expect(sampler.admit('b', 4)).toBe(0);
    expect(sampler.admit('a', 1_000)).toBe(2);
    expect(sampler.admit('a', 1_001)).toBe(0);
  });
});
