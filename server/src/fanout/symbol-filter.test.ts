import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { SymbolFilter } from './symbol-filter.ts';

const symbol = fc.string({ unit: fc.constantFrom('A', 'B', 'C'), minLength: 1, maxLength: 3 });
const filter = fc.oneof(
  symbol,
  symbol.map((prefix) => `${prefix}*`),
  fc.constant('*'),
);

describe('SymbolFilter', () => {
  it.each([
    [[], '*'],
    [['*', 'AAPL'], '*'],
    [['TSLA', 'AAPL', 'TSLA'], 'AAPL,TSLA'],
    [['A*', 'AAPL', 'AB*', 'MSFT'], 'A*,MSFT'],
  ])('%j is in normal form %s', (symbols, key) => {
    expect(new SymbolFilter(symbols).key).toBe(key);
  });

  it('matches what any of its parts matches', () => {
    fc.assert(
      fc.property(fc.array(filter, { maxLength: 5 }), symbol, (filters, symbol) => {
        const expected =
          filters.length === 0 ||
          filters.some((part) => (part.endsWith('*') ? symbol.startsWith(part.slice(0, -1)) : part === symbol));
        expect(new SymbolFilter(filters).matches(symbol)).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('has the same key exactly when it is written in another order', () => {
    fc.assert(
      fc.property(fc.array(filter, { maxLength: 5 }), (filters) => {
        expect(new SymbolFilter(filters.toReversed()).key).toBe(new SymbolFilter(filters).key);
      }),
      { numRuns: 1_000 },
    );
  });
});
