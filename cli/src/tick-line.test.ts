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
});

describe('tickJson', () => {
  it('is one line that reads back', () => {
    const text = tickJson(tick, 'pod-1');
    expect(text).not.toContain('\n');
    expect(JSON.parse(text)).toEqual({ ...tick, server: 'pod-1' });
  });
});
