import { describe, expect, it } from '@jest/globals';
import { StopSignals } from './stop-signals.ts';

describe('StopSignals', () => {
  it('takes what comes within a second of the first signal as its repeat, and what comes later as impatience', () => {
    const signals = new StopSignals();
    expect([5_000, 5_000, 5_003, 5_999].map((nowMs) => signals.receive(nowMs))).toEqual([
      'drain',
      'nothing',
      'nothing',
      'nothing',
    ]);
    // Repeats do not prolong the second.
    expect([6_000, 6_001].map((nowMs) => signals.receive(nowMs))).toEqual(['end', 'end']);
  });
});
