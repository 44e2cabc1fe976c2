import { describe, expect, it } from '@jest/globals';
import { drainDeadlineMs, drainEndsMs, drainSlots } from './drain-slots.ts';

it.each([
  [0, 1],
  [1, 1],
  [7, 1],
  [8, 2],
  [10, 2],
  [12, 3],
])('of %d pods %d may drain at once', (replicas, slots) => {
  expect(drainSlots(replicas)).toBe(slots);
});

describe('the end of a drain', () => {
  const deadlineMs = drainDeadlineMs(30);
  const running = { phase: 'Running', drainStartedMs: undefined, killedAtMs: undefined };

  it.each([
    ['that serves', running, undefined],
    ['that drains on request', { ...running, drainStartedMs: 1_000 }, 51_000],
    ['that was deleted', { ...running, killedAtMs: 9_000 }, 9_000],
    ['that was drained before it was deleted', { ...running, drainStartedMs: 1_000, killedAtMs: 9_000 }, undefined],
    ['that has finished', { ...running, phase: 'Failed', killedAtMs: 9_000 }, undefined],
  ])('of a pod %s', (_, pod, expected) => {
    expect(drainEndsMs(pod, deadlineMs)).toBe(expected);
  });
});
