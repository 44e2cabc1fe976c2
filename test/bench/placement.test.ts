import { expect, it } from '@jest/globals';
import { contenderCpus, placement } from './placement.ts';

it('gives the load a processor of its own, and the contender the others', () => {
  expect(placement(4)).toMatchObject({ contender: '0-2', load: '3' });
  expect(placement(2)).toMatchObject({ contender: '0', load: '1' });
  expect(placement(1)).toMatchObject({ contender: undefined, load: undefined });
});

it('keeps a contender to one processor where its load asks for that', () => {
  expect(contenderCpus(placement(4), { isOnOneCpu: true })).toBe('0');
  expect(contenderCpus(placement(4), {})).toBe('0-2');
  expect(contenderCpus(placement(1), { isOnOneCpu: true })).toBeUndefined();
});
