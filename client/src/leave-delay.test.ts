import { describe, expect, it } from '@jest/globals';
import { leaveDelayMs } from './leave-delay.ts';

describe('leaveDelayMs', () => {
  it('is spread over the time that the server grants', () => {
    expect([0, 0.25, 0.5].map((random) => leaveDelayMs(4_000, random))).toEqual([0, 1_000, 2_000]);
  });

  it.each([
    ['above what a timer holds', 2 ** 31, 2 ** 31 - 1],
    ['the largest int64', 2 ** 63, 2 ** 31 - 1],
    ['negative', -1, 0],
  ])('%s is brought within a timer’s bounds', (_, granted, longest) => {
    const delayMs = leaveDelayMs(granted, 0.5);
    expect(delayMs).toBe(longest / 2);
  });
});
