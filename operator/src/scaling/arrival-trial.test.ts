import { expect, it } from '@jest/globals';
import { ArrivalTrial } from './arrival-trial.ts';
import type { CountedPod } from './shedding.ts';

const pods = (...counts: readonly number[]): CountedPod[] =>
  counts.map((connections, index) => ({ uid: 'abcdefgh'[index]!, connections }));
const fresh = new ArrivalTrial();

it('is passed when as many come to the pods with room as chance brings there, less a few', () => {
  // A third of 90 is 30; three times the root of 20 less is 16.6.
  const trial = fresh.with(pods(100, 100, 0), 90, pods(92, 91, 17));
  expect([trial.isOver, trial.problem]).toEqual([true, undefined]);
});

it('is failed when fewer come', () => {
  expect(fresh.with(pods(100, 100, 0), 90, pods(92, 92, 16)).problem).toBe(
    'Of 90 clients that were asked to move 16 came to the pods with room, by chance 30 would have',
  );
});

it('goes on over rounds until chance can be told from a load balancer that does not spread', () => {
  const crowded = pods(12, 0);
  const first = fresh.with(crowded, 10, crowded);
  expect([first.isOver, first.problem]).toEqual([false, undefined]);
  const second = first.with(crowded, 10, crowded);
  expect(second.problem).toMatch(/^Of 20 clients/);
});

it('takes clients that leave everywhere for none that did not come', () => {
  // A tenth of all has gone, also of the 500 that were in pods with room.
  expect(fresh.with(pods(1_000, 500), 100, pods(865, 485)).problem).toBeUndefined();
});

it('tells nothing where other pods are there than before', () => {
  expect(fresh.with(pods(100, 0), 50, pods(100, 0, 0)).isOver).toBe(false);
  expect(fresh.with(pods(100, 0), 50, [{ uid: 'z', connections: 0 }, ...pods(100)]).isOver).toBe(false);
});
