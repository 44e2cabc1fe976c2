import { beforeEach, describe, expect, it } from '@jest/globals';
import { BatchWindow } from './batch-window.ts';

describe('BatchWindow', () => {
  let window: BatchWindow;
  let nowMs: number;

  /** A period in which every flush keeps the busiest process at work for this long. */
  function period(flushMs: number, flushes = 10): number {
    nowMs += 100;
    for (let count = 0; count < flushes; count++) window.countFlush();
    window.adjust(nowMs, () => flushMs * flushes);
    return window.ms;
  }

  beforeEach(() => {
    nowMs = 1_000;
    window = new BatchWindow(5, 250, nowMs);
  });

  it('stays while flushes are cheap', () => {
    expect([period(0), period(1), period(3.5)]).toEqual([5, 5, 5]);
  });

  it('is stretched at once so that flushes take 70 % of the time', () => {
    expect(period(14)).toBeCloseTo(20);
    expect(period(70)).toBeCloseTo(100);
  });

  it('is not stretched above the bound', () => {
    expect(period(1_000)).toBe(250);
  });

  it('comes back step by step when the load falls, to what it was', () => {
    period(70);
    const windows = Array.from({ length: 6 }, () => period(1));
    expect(windows.map((ms) => Math.round(ms))).toEqual([50, 25, 13, 6, 5, 5]);
  });

  it('does not follow small changes', () => {
    period(14);
    expect([period(15), period(13), period(14.5), period(10)]).toEqual(Array.from({ length: 4 }, () => 20));
    expect(period(9)).toBeCloseTo(12.86);
  });

  it('goes by the mean: a costly flush now and then needs no longer window', () => {
    nowMs += 100;
    for (let count = 0; count < 20; count++) window.countFlush();
    window.adjust(nowMs, () => 50);
    expect(window.ms).toBe(5);
  });

  it('waits for a whole period with a flush in it', () => {
    window.countFlush();
    window.adjust(nowMs + 99, () => 1_000);
    expect(window.ms).toBe(5);
    window.adjust(nowMs + 100, () => 14);
    expect(window.ms).toBeCloseTo(20);
    window.adjust(nowMs + 300, () => 1_000);
    expect(window.ms).toBeCloseTo(20);
  });

  it('takes other bounds at once', () => {
    period(70);
    window.configure(10, 50);
    expect(window.ms).toBe(50);
    window.configure(100, 50);
    expect(window.ms).toBe(100);
  });
});
