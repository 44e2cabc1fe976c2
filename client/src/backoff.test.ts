import { describe, expect, it } from '@jest/globals';
import { backoffDelayMs } from './backoff.ts';

const settings = { baseDelayMs: 100, maxDelayMs: 1_000 };

describe('backoffDelayMs', () => {
  it('draws evenly from zero up to a ceiling that doubles', () => {
    expect([0, 1, 2, 3].map((attempt) => backoffDelayMs(attempt, settings, 0.5))).toEqual([50, 100, 200, 400]);
    expect(backoffDelayMs(3, settings, 0)).toBe(0);
  });

  it('never exceeds the cap, however many attempts were made', () => {
    expect(backoffDelayMs(4, settings, 0.999_999)).toBe(999);
    expect(backoffDelayMs(5_000, settings, 0.999_999)).toBe(999);
  });
});
