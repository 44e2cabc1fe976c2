import { describe, expect, it } from '@jest/globals';
import { chooseRollout, type RolloutQuestion } from './rollout.ts';

const question = (changes: Partial<RolloutQuestion>): RolloutQuestion => ({
  replicas: 10,
  capacity: 13,
  onePodPerZone: false,
  isPaced: false,
  ...changes,
});

describe('a rollout', () => {
  it.each<[Partial<RolloutQuestion>, string]>([
    [{}, 'Surge'],
    [{ capacity: Number.POSITIVE_INFINITY }, 'Surge'],
    [{ capacity: 12 }, 'SurgeOne'],
    [{ capacity: 11 }, 'SurgeOne'],
    [{ capacity: 10 }, 'Replace'],
    [{ capacity: 4 }, 'Replace'],
    [{ capacity: 3, replicas: 2 }, 'Surge'],
    [{ capacity: 2, replicas: 2 }, 'Replace'],
    [{ onePodPerZone: true }, 'Replace'],
    [{ isPaced: true }, 'SurgeOne'],
    [{ isPaced: true, capacity: 11 }, 'SurgeOne'],
    [{ isPaced: true, capacity: 10 }, 'Replace'],
    // On its way: never back to what needs more room, but on to what needs less.
    [{ underWay: 'Replace' }, 'Replace'],
    [{ underWay: 'SurgeOne' }, 'SurgeOne'],
    [{ underWay: 'Surge', capacity: 10 }, 'Replace'],
  ])('of %j is by %s', (changes, expected) => {
    expect(chooseRollout(question(changes))).toBe(expected);
  });
});
