import { describe, expect, it } from '@jest/globals';
import { FieldLimits, isSymbol } from '@tick-storm/protocol';
import * as fc from 'fast-check';
import { CLOCK_FEED_START_MS, ClockFeed } from './clock-feed.ts';

const settings = {
  type: 'clock' as const,
  seed: 'test',
  symbols: ['AAPL', 'MSFT', 'TSLA'],
  tickIntervalMs: 100,
  clockAllowanceMs: 10,
};
const start = CLOCK_FEED_START_MS;
const anySettings = fc.record({
  type: fc.constant('clock' as const),
  seed: fc.string(),
  symbols: fc.integer({ min: 1, max: 40 }).map((count) => Array.from({ length: count }, (_, index) => `S${index}`)),
  tickIntervalMs: fc.integer({ min: 1, max: 60_000 }),
  clockAllowanceMs: fc.constant(0),
});
const anyMode = fc.constantFrom(1 as const, 2 as const);

describe('ClockFeed', () => {
  it('gives these ticks, in every version of every engine', () => {
    const feed = new ClockFeed(settings);
    expect(feed.epoch).toBe('ae3bdedb111f6c48');
    const [first, second] = feed.read(1, 1_000_000, 1_000_001);
    expect(first?.tick).toEqual({
      symbol: 'AAPL',
      timestampMs: 1_735_722_933_300,
      price: 152.06,
      volume: 551,
      bid: 152.05,
      ask: 152.08,
      bidSize: 93,
      askSize: 5,
      mode: 1,
      metadata: {},
    });
    expect(second?.tick).toMatchObject({ symbol: 'MSFT', price: 499.56, volume: 949, bidSize: 18 });
    const [bar] = feed.read(2, 1_000_000, 1_000_000);
    expect(bar?.tick).toMatchObject({ symbol: 'AAPL', timestampMs: 1_755_689_639_900, price: 156.91, volume: 175 });
  });

  it('gives any tick again, whoever asks and in whatever portions', () => {
    fc.assert(
      fc.property(anySettings, anyMode, fc.integer({ min: 1, max: 1e9 }), (settings, mode, from) => {
        const feed = new ClockFeed(settings);
        const whole = feed.read(mode, from, from + 9);
        expect(new ClockFeed(settings).read(mode, from + 5, from + 9)).toEqual(whole.slice(5));
      }),
    );
  });

  it('has a position for every time and a time for every position, in order', () => {
    fc.assert(
      fc.property(anySettings, anyMode, fc.integer({ min: 1, max: 1e9 }), (settings, mode, sequence) => {
        const feed = new ClockFeed(settings);
        const timeMs = feed.timeOf(mode, sequence);
        expect(feed.timeOf(mode, sequence + 1)).toBeGreaterThanOrEqual(timeMs);
        expect(feed.dueSequence(mode, timeMs)).toBeGreaterThanOrEqual(sequence);
        expect(feed.dueSequence(mode, timeMs - 1)).toBeLessThan(sequence);
        const patient = new ClockFeed({ ...settings, clockAllowanceMs: 4_000 });
        expect(patient.dueTimeOf(mode, sequence)).toBe(timeMs + 4_000);
        expect(patient.dueSequence(mode, timeMs + 4_000)).toBeGreaterThanOrEqual(sequence);
        expect(patient.dueSequence(mode, timeMs + 3_999)).toBeLessThan(sequence);
      }),
      { numRuns: 500 },
    );
  });

  it('finds the first tick whose timestamp is at or after a time', () => {
    const anyOffset = fc.integer({ min: -70_000, max: 70_000 });
    fc.assert(
      fc.property(anySettings, anyMode, fc.integer({ min: 1_000, max: 1e9 }), anyOffset, (settings, mode, near, by) => {
        const feed = new ClockFeed(settings);
        const timeMs = feed.timeOf(mode, near) + by;
        const sequence = feed.sequenceAt(mode, timeMs);
        const before = feed.read(mode, Math.max(1, sequence - 2 * settings.symbols.length), sequence - 1);
        expect(before.filter(({ tick }) => tick.timestampMs >= timeMs)).toEqual([]);
        expect(feed.read(mode, sequence, sequence)[0]?.tick.timestampMs).toBeGreaterThanOrEqual(timeMs);
        expect(feed.earliestSequence(mode, timeMs)).toBe(sequence);
      }),
    );
    expect(new ClockFeed(settings).sequenceAt(1, 0)).toBe(1);
    expect(new ClockFeed(settings).sequenceAt(2, 0)).toBe(1);
  });

  it('selects the ticks of matching symbols without reading the others', () => {
    const feed = new ClockFeed(settings);
    const selection = feed.select(2, { matches: (symbol) => symbol !== 'MSFT' });
    expect(selection.positions(5, 10, 100)).toEqual([6, 7, 9, 10]);
    expect(selection.lastUpTo(5)).toBe(4);
    expect(feed.select(1, { matches: () => false }).positions(1, 1_000, 100)).toEqual([]);
  });

  it('keeps every tick within the bounds of the protocol', () => {
    fc.assert(
      fc.property(anySettings, anyMode, fc.integer({ min: 1, max: 1e9 }), (settings, mode, sequence) => {
        const { tick } = new ClockFeed(settings).read(mode, sequence, sequence)[0]!;
        expect(isSymbol(tick.symbol)).toBe(true);
        expect(tick.mode).toBe(mode);
        expect(tick.bid).toBeLessThan(tick.price);
        expect(tick.ask).toBeGreaterThan(tick.price);
        expect(tick.bid).toBeGreaterThanOrEqual(FieldLimits.priceMin);
        expect(tick.ask).toBeLessThanOrEqual(FieldLimits.priceMax);
        expect(tick.volume).toBeLessThanOrEqual(FieldLimits.volumeMax);
        expect([tick.bidSize, tick.askSize].every((size) => Number.isInteger(size) && size > 0)).toBe(true);
        expect(Number.isInteger(tick.timestampMs)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('publishes nothing before the slowest allowed clock has reached it', () => {
    const feed = new ClockFeed(settings);
    expect(feed.dueSequence(1, start + 9)).toBe(0);
    expect(feed.dueSequence(1, start + 10)).toBe(1);
    expect(feed.dueSequence(1, start + 43)).toBe(2);
    expect(feed.dueSequence(2, start + 60_009)).toBe(0);
    expect(feed.dueSequence(2, start + 60_010)).toBe(3);
  });

  it('closes every minute with the last SECOND tick of each symbol in it', () => {
    const feed = new ClockFeed({ ...settings, tickIntervalMs: 700 });
    const closing = feed.read(2, 4, 6);
    const minute = { from: start + 60_000, to: start + 120_000 };
    const inMinute = feed.read(1, feed.sequenceAt(1, minute.from), feed.sequenceAt(1, minute.to) - 1);
    for (const { tick } of closing) {
      const last = inMinute.findLast((item) => item.tick.symbol === tick.symbol);
      expect(tick).toEqual({ ...last?.tick, mode: 2 });
    }
    expect(closing.map(({ tick }) => tick.symbol)).toEqual(settings.symbols);
  });

  it('gives the latest tick of every symbol, and fewer before all have ticked', () => {
    const feed = new ClockFeed(settings);
    expect(feed.latest(1, 1_000).map(({ sequence }) => sequence)).toEqual([998, 999, 1_000]);
    expect(new Set(feed.latest(1, 1_000).map(({ tick }) => tick.symbol)).size).toBe(3);
    expect(feed.latest(1, 2)).toHaveLength(2);
    expect(feed.latest(2, 0)).toEqual([]);
  });

  it('has another epoch when the definition is another one', () => {
    const variants = [settings, { ...settings, seed: 'other' }, { ...settings, tickIntervalMs: 101 }];
    const epochs = [...variants, { ...settings, symbols: ['MSFT', 'AAPL', 'TSLA'] }].map(
      (each) => new ClockFeed(each).epoch,
    );
    expect(new Set(epochs).size).toBe(4);
    expect(new ClockFeed({ ...settings, clockAllowanceMs: 500 }).epoch).toBe(epochs[0]);
  });
});
