import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { FlushResult } from './flush-loop.ts';
import { FlushLoop } from './flush-loop.ts';

describe('FlushLoop', () => {
  let loop: FlushLoop;
  let calledAtMs: number[];
  /** What the calls say; then `done`. */
  let results: FlushResult[];

  beforeEach(() => {
    jest.useFakeTimers({ now: 0 });
    calledAtMs = [];
    loop = new FlushLoop(1_000, Date.now, () => {
      calledAtMs.push(Date.now());
      return results.shift() ?? 'done';
    });
  });

  afterEach(() => {
    loop.stop();
    jest.useRealTimers();
  });

  it('calls once per interval', () => {
    results = [];
    loop.start();
    jest.advanceTimersByTime(3_000);
    expect(calledAtMs).toEqual([1_000, 2_000, 3_000]);
  });

  it('takes another interval after the next call', () => {
    results = [];
    loop.start();
    loop.setInterval(2_000);
    jest.advanceTimersByTime(5_000);
    expect(calledAtMs).toEqual([1_000, 3_000, 5_000]);
  });

  it('calls again at once while there is more to do, and then keeps the interval', () => {
    results = ['more', 'more', 'done'];
    loop.start();
    jest.advanceTimersByTime(2_000);
    expect(calledAtMs).toHaveLength(4);
    expect(calledAtMs[2]).toBeLessThan(1_100);
    expect(calledAtMs[3]).toBe(2_000);
  });

  it('tries soon again what could not be done, and then keeps the interval', () => {
    results = ['busy', 'busy', 'done'];
    loop.start();
    jest.advanceTimersByTime(2_000);
    expect(calledAtMs).toEqual([1_000, 1_002, 1_004, 2_000]);
  });
});
