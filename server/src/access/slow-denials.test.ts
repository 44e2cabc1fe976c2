import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SlowDenials } from './slow-denials.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('SlowDenials', () => {
  it('answers the first failures of a user at once, then ever later, up to 4 s; other users at once', () => {
    const denials = new SlowDenials(2, 60_000);
    const delays: number[] = [];
    for (let attempt = 0; attempt < 9; attempt++) {
      const startedMs = jest.now();
      let answeredMs: number | undefined;
      denials.deny('alice', 0, () => (answeredMs = jest.now()));
      jest.runAllTimers();
      delays.push(answeredMs! - startedMs);
    }
    expect(delays).toEqual([0, 0, 250, 500, 1_000, 2_000, 4_000, 4_000, 4_000]);
    const other = jest.fn();
    denials.deny('bob', 0, other);
    expect(other).toHaveBeenCalledTimes(1);
  });

  it('forgets after the window, and never waits when it is off', () => {
    const denials = new SlowDenials(1, 1_000);
    const answer = jest.fn();
    denials.deny('alice', 0, answer);
    denials.deny('alice', 1_000, answer);
    expect(answer).toHaveBeenCalledTimes(2);
    const off = new SlowDenials(0, 1_000);
    for (let attempt = 0; attempt < 100; attempt++) off.deny('alice', 0, answer);
    expect(answer).toHaveBeenCalledTimes(102);
  });

  it('lets a bounded number wait, and none for a connection that is gone', () => {
    const denials = new SlowDenials(1, 60_000);
    const answer = jest.fn();
    denials.deny('alice', 0, () => {});
    const cancels = Array.from({ length: 1_000 }, () => denials.deny('alice', 0, answer));
    expect(answer).not.toHaveBeenCalled();
    denials.deny('alice', 0, answer);
    expect(answer).toHaveBeenCalledTimes(1);
    for (const cancel of cancels) cancel();
    for (const cancel of cancels) cancel();
    expect(jest.getTimerCount()).toBe(0);
    denials.deny('alice', 0, answer);
    expect(jest.getTimerCount()).toBe(1);
  });
});
