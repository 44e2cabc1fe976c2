import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { RoundSelection } from './round-selection.ts';

describe('RoundSelection', () => {
  const selections = fc
    .uniqueArray(fc.nat(9), { minLength: 0, maxLength: 10 })
    .map((indices) => indices.sort((a, b) => a - b));

  it('finds exactly the positions whose place in the round is selected', () => {
    const property = fc.property(
      selections,
      fc.integer({ min: 1, max: 500 }),
      fc.nat(60),
      fc.nat(20),
      (indices, from, length, max) => {
        const selection = new RoundSelection(10, indices);
        const range = Array.from({ length }, (_, index) => from + index);
        const expected = range.filter((position) => indices.includes((position - 1) % 10));
        expect(selection.positions(from, from + length - 1, max)).toEqual(expected.slice(0, max));
      },
    );
    fc.assert(property, { numRuns: 2_000 });
  });

  it('finds the last one up to a position, and 0 before the first', () => {
    const property = fc.property(selections, fc.nat(500), (indices, sequence) => {
      const before = Array.from({ length: sequence }, (_, index) => index + 1);
      const expected = before.findLast((position) => indices.includes((position - 1) % 10)) ?? 0;
      expect(new RoundSelection(10, indices).lastUpTo(sequence)).toBe(expected);
    });
    fc.assert(property, { numRuns: 2_000 });
  });
});
