import { describe, expect, it } from '@jest/globals';
import type { Tick } from '@tick-storm/client';
import { TICK_HEADING, tickJson, tickLine } from './tick-line.ts';

const tick: Tick = {
  symbol: 'AAPL',
  timestampMs: Date.UTC(2026, 0, 2, 14, 30, 0, 125),
  price: 189.25,
  volume: 100,
  bid: 189.2,
  ask: 189.3,
  bidSize: 5,
  askSize: 7,
  mode: 'second',
  metadata: {},
  sequence: 123_456,
  epoch: 'a',
  isSnapshot: false,
};

describe('tickLine', () => {
  it('puts each figure under its heading', () => {
    const text = tickLine(tick);
    expect(text).toBe('14:30:00.125  AAPL              189.25           100        189.20        189.30        123456');
    expect(text.length).toBe(TICK_HEADING.length);
    expect(TICK_HEADING.indexOf('PRICE') + 'PRICE'.length).toBe(text.indexOf('189.25') + '189.25'.length);
  });

  it('keeps small prices exact, and marks snapshots and unnumbered ticks', () => {
    expect(tickLine({ ...tick, price: 0.0001, volume: 0.5 })).toContain('0.0001          0.50');
    expect(tickLine({ ...tick, sequence: undefined, isSnapshot: true })).toMatch(/ snapshot$/);
    expect(tickLine({ ...tick, sequence: undefined })).toMatch(/189\.30 {14}$/);
  });

  it.each([
    ['the largest int64', 2 ** 63, 'out of range'],
    ['the smallest int64', -(2 ** 63), 'out of range'],
    ['the last moment of a Date', 8.64e15, '00:00:00.000'],
    ['a year of six digits', Date.UTC(12_026, 0, 2, 3, 4, 5, 6), '03:04:05.006'],
  ])('shows a time that a server made up: %s', (_, timestampMs, time) => {
    const text = tickLine({ ...tick, timestampMs });
    expect(text).toMatch(new RegExp(`^${time}  AAPL `));
    expect(text.length).toBe(TICK_HEADING.length);
  });

  it('shows control characters in a symbol instead of obeying them', () => {
    expect(tickLine({ ...tick, symbol: '\u001b[2JA\u009b' })).toContain('  \u{FFFD}[2JA\u{FFFD}  ');
  });
});

describe('tickJson', () => {
  it('is one line that reads back', () => {
    const text = tickJson(tick, 'pod-1');
    expect(text).not.toContain('\n');
    expect(JSON.parse(text)).toEqual({ ...tick, server: 'pod-1' });
  });
});
