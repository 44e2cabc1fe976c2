import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PacedWork } from './paced-work.ts';

describe('PacedWork', () => {
  let startedAtMs: number[];
  let left: number;
  let work: PacedWork;

  beforeEach(() => {
    jest.useFakeTimers({ now: 0 });
    startedAtMs = [];
    work = new PacedWork(10, Date.now, (untilMs) => {
      startedAtMs.push(Date.now());
      jest.setSystemTime(untilMs);
      left--;
      return left > 0;
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
