import { describe, expect, it } from '@jest/globals';
import { emptyWindow } from './journal.ts';
import { peakPerSecond, quantile, table } from './table.ts';

describe('table', () => {
  it('has a line for each change, aligned', () => {
    const resuming = { ...emptyWindow(), pausesMs: [10, 1_200], subscribedAtMs: [1, 2, 1_500], missing: 3 };
    const lines = table([
      { change: 'scale', seconds: 12.4, resuming, original: { ...emptyWindow(), closes: 7, subscribedAtMs: [900] } },
    ]).split('\n');
    expect(new Set(lines.map(({ length }) => length)).size).toBe(1);
    expect(lines[2]!.split('|').map((cell) => cell.trim())).toEqual([
      '',
      'scale',
      '12',
      '3',
      '3',
      '1200',
      '1200',
      '3',
      '0',
      '0',
      '0',
      '7',
      '–',
      '–',
      '0',
      '',
    ]);
  });
});

describe('peakPerSecond', () => {
  it.each([
    [[], 0],
    [[5], 1],
    [[0, 999, 1_000, 1_001], 3],
    [[3_000, 0, 500, 3_400, 3_999], 3],
  ])('of %j is %i', (times, peak) => expect(peakPerSecond(times)).toBe(peak));
});

describe('quantile', () => {
  it('is the smallest value that the share does not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([quantile(hundred, 0.99), quantile(hundred, 1), quantile([4], 0.5), quantile([], 0.5)]).toEqual([
      99, 100, 4, 0,
    ]);
  });
});
