import { describe, expect, it } from '@jest/globals';
import {
  isHeartbeatTime,
  isStartTime,
  isSymbol,
  isSymbolFilter,
  metadataProblem,
  symbolFiltersProblem,
} from './limits.ts';

const now = 1_700_000_000_000;
const hour = 3_600_000;

describe('limits', () => {
  it.each(['A', 'BRK.B', 'BTC-USD', 'A_1', 'ABCDEFGHIJKLMNOP'])('%s is a symbol and a filter', (text) => {
    expect([isSymbol(text), isSymbolFilter(text)]).toEqual([true, true]);
  });

  it.each(['*', 'A*', 'ABCDEFGHIJKLMNO*'])('%s is a filter only', (text) => {
    expect([isSymbol(text), isSymbolFilter(text)]).toEqual([false, true]);
  });

  it.each(['', 'aapl', 'A B', 'A**', '*A', 'ABCDEFGHIJKLMNOPQ', 'ABCDEFGHIJKLMNOP*', 'Ä', 'A\n'])(
    '%j is neither',
    (text) => {
      expect([isSymbol(text), isSymbolFilter(text)]).toEqual([false, false]);
    },
  );

  it('names the symbol that is wrong, by its place', () => {
    expect(symbolFiltersProblem(['A', 'b'])).toContain('symbols[1]');
    expect(symbolFiltersProblem(Array.from({ length: 101 }, () => 'A'))).toContain('101');
    expect(symbolFiltersProblem(Array.from({ length: 100 }, () => 'A'))).toBeUndefined();
  });

  it('bounds metadata', () => {
    expect(metadataProblem({ key: 'value' })).toBeUndefined();
    expect(metadataProblem({ '': 'value' })).toContain('key');
    expect(metadataProblem({ ['k'.repeat(65)]: '' })).toContain('65');
    expect(metadataProblem({ k: 'v'.repeat(257) })).toContain('257');
    expect(metadataProblem(Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`k${n}`, ''])))).toContain('21');
  });

  it('bounds times', () => {
    expect([0, now, now - 24 * hour, now + 300_000].map((time) => isStartTime(time, now))).toEqual(Array(4).fill(true));
    expect([-1, now - 24 * hour - 1, now + 300_001].map((time) => isStartTime(time, now))).toEqual(
      Array(3).fill(false),
    );
    expect([now, now - 24 * hour, now + 300_000].map((time) => isHeartbeatTime(time, now))).toEqual(
      Array(3).fill(true),
    );
    expect([0, -5, now - 24 * hour - 1, now + 300_001].map((time) => isHeartbeatTime(time, now))).toEqual(
      Array(4).fill(false),
    );
  });
});
