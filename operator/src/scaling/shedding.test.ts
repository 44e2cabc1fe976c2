import { describe, expect, it } from '@jest/globals';
import { areLevel, areUneven, shareOf, shedRate, shedsOf, type CountedPod } from './shedding.ts';

const podsOf = (counts: readonly number[]): CountedPod[] =>
  counts.map((connections, index) => ({ uid: 'abcdefghijk'[index]!, connections }));
const sheds = (most: number, ...counts: readonly number[]): Record<string, number> =>
  Object.fromEntries(shedsOf(podsOf(counts), most).map(({ uid, asked }) => [uid, asked]));

describe('pods', () => {
  it.each<[string, number[], boolean, boolean]>([
    ['after a scale-up', [1_000, 1_000, 0], false, true],
    ['after a pod has returned', [1_500, 1_400, 100], false, true],
    ['one of which came beside ten', [...Array<number>(10).fill(1_000), 0], false, true],
    ['with a tenth between them', [1_050, 1_000, 950], true, false],
    ['with a little more than a tenth, as chance has it', [1_060, 1_000, 940], false, false],
    ['with a fifth between them', [1_100, 1_000, 900], false, true],
    ['with little between them for so small numbers', [8, 4], true, false],
    ['as far apart as chance brings small numbers', [10, 2], false, false],
    ['farther apart', [12, 0], false, true],
    ['of one', [500], true, false],
    ['without clients', [0, 0], true, false],
    ['of none', [], true, false],
  ])('%s', (_, counts, level, uneven) => {
    expect([areLevel(podsOf(counts)), areUneven(podsOf(counts))]).toEqual([level, uneven]);
  });
});

describe('what pods send away', () => {
  it.each<[string, number, number[], Record<string, number>]>([
    ['is what they have beyond their share', 1_000, [1_500, 1_400, 100], { a: 500, b: 400 }],
    ['is bounded, each as its excess', 90, [1_500, 1_400, 100], { a: 50, b: 40 }],
    ['is bounded where that is less than one of each', 2, [30, 30, 30, 30, 0], { a: 1, c: 1 }],
    ['is nothing where they are level', 90, [10, 10], {}],
  ])('%s', (_, most, counts, expected) => {
    expect(sheds(most, ...counts)).toEqual(expected);
  });
});

it('of no pods the share is none', () => {
  expect(shareOf([])).toBe(0);
});

it.each([
  [5_000, 50, 100],
  [6, 30, 1],
  [100, 0, 100],
])('of a share of %d clients at drains of %d s at most %d move a second', (share, drainSeconds, rate) => {
  expect(shedRate(share, drainSeconds)).toBe(rate);
});
