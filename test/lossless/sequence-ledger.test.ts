import { describe, expect, it } from '@jest/globals';
import { nextOf, symbolAt } from './rounds.ts';
import { SequenceLedger } from './sequence-ledger.ts';

const every = (after: number): number => after + 1;

function counts(ledger: SequenceLedger): number[] {
  return [ledger.ticks, ledger.missing, ledger.duplicated, ledger.outOfOrder];
}

describe('SequenceLedger', () => {
  it('finds nothing wrong in a stream that is whole, wherever it begins', () => {
    const ledger = new SequenceLedger(every);
    for (const sequence of [7, 8, 9]) ledger.add(sequence);
    expect(counts(ledger)).toEqual([3, 0, 0, 0]);
  });

  it('tells missing ticks, repeated ones, and late ones apart', () => {
    const ledger = new SequenceLedger(every);
    for (const sequence of [1, 2, 5, 5, 4, 6]) ledger.add(sequence);
    expect(counts(ledger)).toEqual([6, 1, 1, 1]);
  });

  it('counts what never came at the end', () => {
    const ledger = new SequenceLedger(every);
    ledger.add(1);
    expect(ledger.isUpTo(4)).toBe(false);
    ledger.closeAt(4);
    expect(counts(ledger)).toEqual([1, 3, 0, 0]);
    expect(ledger.isUpTo(4)).toBe(true);
  });

  it('knows which positions are of a filtered stream', () => {
    const ledger = new SequenceLedger(nextOf([0, 10]));
    for (const sequence of [1, 11, 1_001, 2_011]) ledger.add(sequence);
    expect(counts(ledger)).toEqual([4, 2, 0, 0]);
    expect(ledger.isUpTo(3_000)).toBe(true);
    expect(ledger.isUpTo(3_001)).toBe(false);
    expect(() => ledger.add(3_002)).toThrow('position 3002 is of another subscription');
  });
});

describe('the rounds of the feed', () => {
  it('name the symbol of each position', () => {
    expect([1, 2, 1_000, 1_001, 2_011].map(symbolAt)).toEqual(['S0001', 'S0002', 'S1000', 'S0001', 'S0011']);
  });
});
