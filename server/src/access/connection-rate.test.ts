import { describe, expect, it } from '@jest/globals';
import { ConnectionRate } from './connection-rate.ts';

function granted(rate: ConnectionRate, key: string, times: number, nowMs: number): number {
  return Array.from({ length: times }, () => rate.take(key, nowMs)).filter(Boolean).length;
}

describe('ConnectionRate', () => {
  it('grants as many at once as a second has, then what time brings, and never more than a second full', () => {
    const rate = new ConnectionRate(5);
    expect(granted(rate, 'a', 20, 0)).toBe(5);
    expect(granted(rate, 'a', 20, 400)).toBe(2);
    expect(granted(rate, 'a', 20, 500)).toBe(0);
    expect(granted(rate, 'a', 20, 600)).toBe(1);
    expect(granted(rate, 'a', 20, 60_000)).toBe(5);
  });

  it('gives every key its own, refused attempts cost nothing, and 0 is no limit', () => {
    const rate = new ConnectionRate(1);
    expect([granted(rate, 'a', 9, 0), granted(rate, 'b', 9, 0)]).toEqual([1, 1]);
    for (let nowMs = 0; nowMs < 1_000; nowMs += 100) rate.take('a', nowMs);
    expect(rate.take('a', 1_000)).toBe(true);
    expect(granted(new ConnectionRate(0), 'a', 1_000, 0)).toBe(1_000);
  });

  it('remembers no more than 100,000 keys', () => {
    const rate = new ConnectionRate(1);
    for (let key = 0; key < 100_001; key++) rate.take(`${key}`, 0);
    expect(rate.take('0', 0)).toBe(true);
    expect(rate.take('100000', 0)).toBe(false);
  });
});
