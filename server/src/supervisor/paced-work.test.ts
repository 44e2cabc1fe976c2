import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PacedWork } from './paced-work.ts';

describe('PacedWork', () => {
  let startedAtMs: number[];
  let left: number;
  let processorMs: number;
  /** What other processes take of each ms of work. */
  let stolenMs: number;
  let work: PacedWork;

  beforeEach(() => {
    jest.useFakeTimers({ now: 0 });
    startedAtMs = [];
    processorMs = 0;
    stolenMs = 0;
    work = new PacedWork({
      sliceMs: 10,
      monotonicNow: Date.now,
      processorNow: () => processorMs,
      work: (isOver) => {
        startedAtMs.push(Date.now());
        while (!isOver()) {
          processorMs++;
          jest.setSystemTime(Date.now() + 1 + stolenMs);
        }
        left--;
        return left > 0;
      },
    });
  });

  afterEach(() => {
    work.stop();
    jest.useRealTimers();
  });

  it('works while there is something to do, a quarter of the time', () => {
    left = 3;
    work.wake();
    work.wake();
    jest.advanceTimersByTime(1_000);
    expect(startedAtMs).toEqual([0, 40, 80]);
  });

  it('is not held to account for the time in which other processes ran', () => {
    left = 3;
    stolenMs = 9;
    work.wake();
    jest.advanceTimersByTime(1_000);
    expect(startedAtMs).toEqual([0, 130, 260]);
  });

  it('rests also when it is woken right after a slice, and does nothing unless it is woken', () => {
    left = 1;
    work.wake();
    jest.advanceTimersByTime(0);
    left = 1;
    work.wake();
    jest.advanceTimersByTime(1_000);
    expect(startedAtMs).toEqual([0, 40]);
  });
});
