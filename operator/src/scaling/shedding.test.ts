import { describe, expect, it } from '@jest/globals';
import { crowdedPods, shedRate } from './shedding.ts';

const shed = (...counts: readonly number[]): Record<string, number> =>
  Object.fromEntries(
    crowdedPods(counts.map((connections, index) => ({ uid: 'abcdefgh'[index]!, connections }))).map(
      ({ uid, excess }) => [uid, excess],
    ),
  );

describe('crowded pods', () => {
  it.each<[string, number[], Record<string, number>]>([
    ['after a scale-up', [1_000, 1_000, 0], { a: 333, b: 333 }],
    ['after a pod has returned', [1_500, 1_400, 100], { a: 500, b: 400 }],
    ['within a tenth', [1_100, 1_000, 900], {}],
    ['just beyond it', [1_101, 1_000, 899], { a: 101 }],
    ['within what chance does to small numbers', [10, 2], {}],
    ['beyond it', [12, 0], { a: 6 }],
    ['with one pod', [500], {}],
    ['without clients', [0, 0], {}],
    ['without pods', [], {}],
  ])('%s', (_, counts, expected) => {
    expect(shed(...counts)).toEqual(expected);
  });
});

it.each([
  [5_000, 50, 100],
  [6, 30, 1],
  [100, 0, 100],
])('of a share of %d clients at drains of %d s at most %d move a second', (share, drainSeconds, rate) => {
  expect(shedRate(share, drainSeconds)).toBe(rate);
});
