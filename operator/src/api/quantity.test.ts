import { describe, expect, it } from '@jest/globals';
import { formatQuantity, parseQuantity } from './quantity.ts';
import { isSameQuantity } from './same-quantity.ts';

describe('parseQuantity', () => {
  it.each([
    ['500m', 500_000_000n],
    ['2', 2_000_000_000n],
    [2, 2_000_000_000n],
    ['0.5', 500_000_000n],
    ['1.5Gi', 1_610_612_736_000_000_000n],
    ['1e3', 1_000_000_000_000n],
    ['1E', 10n ** 27n],
    ['-1Gi', -(2n ** 30n * 10n ** 9n)],
    ['.5n', 1n],
  ])('reads %s', (text, nanos) => {
    expect(parseQuantity(text)).toBe(nanos);
  });

  it.each(['', 'lots', '1GB', '1 Gi', 'Gi', '--1', '1e', '.'])('refuses %j', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });
});

describe('formatQuantity', () => {
  it('takes the largest suffix that keeps the value whole', () => {
    expect(formatQuantity(parseQuantity('40Gi')!, 'binary')).toBe('40Gi');
    expect(formatQuantity(parseQuantity('20992Mi')!, 'binary')).toBe('20992Mi');
    expect(formatQuantity(parseQuantity('1500m')!, 'decimal')).toBe('1500m');
    expect(formatQuantity(parseQuantity('20')!, 'decimal')).toBe('20');
    expect(formatQuantity(0n, 'decimal')).toBe('0');
  });
});

describe('isSameQuantity', () => {
  it('sees through the way it is written', () => {
    expect(isSameQuantity('2', '2000m')).toBe(true);
    expect(isSameQuantity('1Gi', '1024Mi')).toBe(true);
    expect(isSameQuantity('1Gi', '1G')).toBe(false);
    expect(isSameQuantity('text', 'text')).toBe(false);
    expect(isSameQuantity({}, '1')).toBe(false);
  });
});
