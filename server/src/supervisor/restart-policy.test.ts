import { describe, expect, it } from '@jest/globals';
import { RestartPolicy } from './restart-policy.ts';

describe('RestartPolicy', () => {
  it('doubles the wait up to ten seconds', () => {
    const policy = new RestartPolicy(1);
    const waits = Array.from({ length: 9 }, () => policy.ended(0, 0).afterMs);
    expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
  });

  it('tells of a crash loop once, at the third end in a row', () => {
    const policy = new RestartPolicy(2);
    const begins = Array.from({ length: 5 }, (_, round) => {
      policy.started(1, round * 1_000);
      return policy.ended(1, round * 1_000 + 500).beginsLoop;
    });
    expect(begins).toEqual([false, false, true, false, false]);
    expect(policy.looping).toBe(1);
  });

  it('takes a minute of life as the end of a loop, however the worker then ends', () => {
    const policy = new RestartPolicy(1);
    for (let round = 0; round < 4; round++) policy.ended(0, round);
    policy.started(0, 1_000);
    expect(policy.settle(60_999)).toEqual([]);
    expect(policy.settle(61_000)).toEqual([0]);
    expect(policy.settle(62_000)).toEqual([]);
    expect(policy.looping).toBe(0);
    expect(policy.ended(0, 70_000)).toEqual({ afterMs: 100, ends: 1, beginsLoop: false });
  });

  it('does not let the time without a worker count as life', () => {
    const policy = new RestartPolicy(1);
    for (let round = 0; round < 3; round++) policy.ended(0, round);
    expect(policy.settle(1_000_000)).toEqual([]);
    expect(policy.looping).toBe(1);
  });
});
