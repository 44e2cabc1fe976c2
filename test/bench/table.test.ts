import { describe, expect, it } from '@jest/globals';
import { plainTable, targetCells } from './table.ts';

describe('targetCells', () => {
  it('tells met from not met and from not measured', () => {
    const cells = targetCells([
      { text: 'a', value: 0.951, bound: 0.95, is: 'at least' },
      { text: 'b', value: 0.951, bound: 0.95, is: 'at most' },
      { text: 'c', value: Number.NaN, bound: 1, is: 'at most' },
    ]);
    expect(cells.slice(1).map((line) => line[3])).toEqual(['met', 'NOT MET', 'not measured']);
  });

  it('says why a bound is not met, and what every figure must be read with', () => {
    const finding = { value: 2, why: 'the floor itself takes 1.5', note: 'a bound' };
    const cells = targetCells([
      { ...finding, text: 'a', bound: 1, is: 'at most' },
      { ...finding, text: 'b', bound: 1, is: 'at least' },
      { ...finding, text: 'c', is: 'information' },
    ]);
    expect(cells.slice(1).map((line) => line.slice(2))).toEqual([
      ['at most 1', 'NOT MET: the floor itself takes 1.5; a bound'],
      ['at least 1', 'met; a bound'],
      ['–', 'for information; a bound'],
    ]);
  });
});

describe('plainTable', () => {
  it('aligns text to the left and figures to the right', () => {
    expect(
      plainTable([
        ['load', 'each'],
        ['a', '5'],
        ['long one', '1,000'],
      ]),
    ).toBe(['load       each', 'a             5', 'long one  1,000'].join('\n'));
  });
});
