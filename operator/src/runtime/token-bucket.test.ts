import { describe, expect, it } from '@jest/globals';
import { TokenBucket } from './token-bucket.ts';

function bucket(ratePerSecond: number, burst: number) {
  const clock = { nowMs: 0 };
  return { clock, bucket: new TokenBucket({ ratePerSecond, burst, now: () => clock.nowMs }) };
}

describe('TokenBucket', () => {
  it('lets a burst through at once, and then one token per interval, in order', () => {
    const { bucket: tokens } = bucket(10, 3);
    expect([1, 2, 3, 4, 5].map(() => tokens.reserve())).toEqual([0, 0, 0, 100, 200]);
  });

  it('fills up again with time, and never above the burst', () => {
    const { bucket: tokens, clock } = bucket(10, 2);
    tokens.reserve();
    tokens.reserve();
    clock.nowMs += 100;
    expect([tokens.reserve(), tokens.reserve()]).toEqual([0, 100]);
    clock.nowMs += 3_600_000;
    expect([1, 2, 3].map(() => tokens.reserve())).toEqual([0, 0, 100]);
  });

  it('gives the token of a wait that is aborted back', async () => {
    const { bucket: tokens } = bucket(1, 1);
    tokens.reserve();
    const stop = new AbortController();
    const waiting = tokens.take(stop.signal);
    stop.abort();
    await expect(waiting).rejects.toThrow(/abort/);
    expect(tokens.reserve()).toBe(1_000);
  });
});
