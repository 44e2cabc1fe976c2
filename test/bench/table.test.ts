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
