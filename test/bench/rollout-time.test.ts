import { expect, it } from '@jest/globals';
import { movesPerSecond, pacedRolloutSeconds } from './rollout-time.ts';

it('paces a rollout by starts and drains', () => {
  // Slots 2: 10 × (10 + 35 / 2).
  expect(pacedRolloutSeconds(10, 10, 30)).toBe(275);
  // Slots 250: 1,000 × 10 + 4 × 35.
  expect(pacedRolloutSeconds(1_000, 10, 30)).toBe(10_140);
  // Three pods have one slot.
  expect(pacedRolloutSeconds(3, 10, 30)).toBe(135);
});

it('has the clients of all slots leave within four fifths of what flushing leaves of the drain', () => {
  // ADR 22: ten pods of 5,000 clients with 60 s send 2 × 108 a second.
  expect(movesPerSecond(10, 5_000, 60)).toBeCloseTo(215.5, 1);
});
