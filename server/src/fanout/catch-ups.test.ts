import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DataBatch } from '@tick-storm/protocol';
import { ErrorCode } from '@tick-storm/protocol';
import * as fc from 'fast-check';
import { CLOCK_FEED_START_MS, ClockFeed } from '../feeds/clock-feed.ts';
import type { StreamMode } from '../feeds/feed.ts';
import { FakeOutlet } from './fake-outlet.ts';
import { MAX_TICKS_PER_FLUSH } from './flush-end.ts';
import { Hub } from './hub.ts';
import { SymbolFilter } from './symbol-filter.ts';

const symbols = ['AAPL', 'AMD', 'MSFT', 'TSLA'];
/** 100 ms is far below a minute and 700 ms does not divide it. */
const feeds = [100, 700].map(
  (tickIntervalMs) => new ClockFeed({ type: 'clock', seed: 's', symbols, tickIntervalMs, clockAllowanceMs: 10 }),
);
const historyWindowMs = 300_000;
const graceMs = 5_000;
/** An hour of history lies before. */
const startMs = CLOCK_FEED_START_MS + 3_600_000;

interface Wish {
  mode?: StreamMode;
  filter?: string[];
  hasResume?: boolean;
  startTimeMs?: number;
  after?: number;
}

/** A hub with a clock that the test moves, and one worker. */
class Bench {
  nowMs = startMs;
  readonly feed: ClockFeed;
  readonly outlet: FakeOutlet = new FakeOutlet();
  readonly hub: Hub;
  /** Ms of work that a turn takes. */
  tickMs = 0;
  #workedMs = 0;

  constructor(feed = feeds[0]!, options: { maxBatchSize?: number; maxWriteQueueFrames?: number } = {}) {
    this.feed = feed;
    const { maxBatchSize = 100, maxWriteQueueFrames = 1_000 } = options;
    this.hub = new Hub({
      feed,
      maxBatchSize: () => maxBatchSize,
      maxFlushTicks: () => MAX_TICKS_PER_FLUSH,
      historyWindowMs: () => historyWindowMs,
      maxWriteQueueFrames: () => maxWriteQueueFrames,
      latePolicy: () => ({ policy: 'close', maxAgeMs: 1_000, windowMs: 5 }),
      now: () => this.nowMs,
      monotonicNow: () => 0,
      observer: { onBatch: () => {}, onEncoded: () => {} },
    });
    this.hub.addOutlet(this.outlet);
  }

  subscribe(id: number, { mode = 1, filter = [], hasResume = true, startTimeMs = 0, after }: Wish): void {
    const resume = after === undefined ? { resumeEpoch: '', resumeSequence: 0 } : this.#resumeAt(after);
    const request = { symbols: filter, startTimeMs, ...resume };
    this.hub.subscribe(this.outlet, { type: 'subscribe', slot: id, id, mode, hasResume, request });
  }

  #resumeAt(resumeSequence: number): { resumeEpoch: string; resumeSequence: number } {
    return { resumeEpoch: this.feed.epoch, resumeSequence };
  }

  /** Sockets take up to `count` catch-up frames. */
  take(count = Infinity): void {
    for (const { id, bytes } of this.outlet.untaken.splice(0, count)) this.hub.onTaken(this.outlet, id, bytes);
  }

  catchUp(untilMs: number): void {
    this.hub.catchUp(() => (this.#workedMs += this.tickMs) >= untilMs);
  }

  pass(ms: number): void {
    this.nowMs += ms;
    this.hub.flush();
  }

  /** Runs catch-ups, with sockets that take all at once, until none is left. */
  finish(): void {
    for (let turn = 0; this.hub.catchUpCount > 0; turn++) {
      if (turn > 10_000) throw new Error('the catch-up does not come to an end');
      this.take();
      this.catchUp(Infinity);
    }
  }

  /** All matching positions after `position` up to the published one. */
  expected(mode: StreamMode, filter: string[], position: number): number[] {
    const matcher = new SymbolFilter(filter);
    return this.feed
      .read(mode, position + 1, this.hub.position(mode))
      .flatMap(({ sequence, tick }) => (matcher.matches(tick.symbol) ? [sequence] : []));
  }
}

function sequencesOf({ streamSequence, sequenceDeltas, ticks }: DataBatch): number[] {
  const sequences = [streamSequence];
  for (let index = 1; index < ticks.length; index++)
    sequences.push(sequences.at(-1)! + (sequenceDeltas[index - 1] ?? 1));
  return sequences;
}

/** What a client would find: every tick in its place, the chain unbroken, numbers with one jump at most. */
function expectExact(bench: Bench, id: number, mode: StreamMode, filter: string[], after: number): void {
  const batches = bench.outlet.of(id);
  const sequences = batches.flatMap(sequencesOf);
  expect(sequences).toEqual(bench.expected(mode, filter, after));
  expect(batches.flatMap(({ ticks }) => ticks)).toEqual(
    sequences.map((sequence) => bench.feed.read(mode, sequence, sequence)[0]!.tick),
  );
  const matcher = new SymbolFilter(filter);
  const before = bench.feed.read(mode, Math.max(1, after - 10), after);
  let previous = before.findLast(({ tick }) => matcher.matches(tick.symbol))?.sequence ?? 0;
  for (const batch of batches) {
    expect(batch.previousSequence).toBe(previous);
    previous = sequencesOf(batch).at(-1)!;
  }
  expect(batches.filter(({ isSnapshot, omitted }) => isSnapshot || omitted > 0)).toEqual([]);
  expect(batches.map(({ epoch }) => epoch)).toEqual(batches.map((_, index) => (index === 0 ? bench.feed.epoch : '')));
  const jumps = batches.slice(1).filter((batch, index) => batch.batchSequence !== batches[index]!.batchSequence + 1);
  expect(jumps.length).toBeLessThanOrEqual(1);
}

describe('a catch-up', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });

  it('brings exactly what follows a position, and goes on live', () => {
    const after = bench.hub.position(1) - 1_000;
    bench.subscribe(1, { after });
    expect(bench.outlet.control.map(({ type }) => type)).toEqual(['accepted']);
    bench.finish();
    expect(bench.outlet.control.map(({ type }) => type)).toEqual(['accepted', 'joined']);
    bench.pass(1_000);
    expectExact(bench, 1, 1, [], after);
    expect(bench.outlet.of(1)).toHaveLength(11);
    expect(bench.outlet.of(1).map(({ batchSequence }) => batchSequence)).toEqual([
      ...Array.from({ length: 10 }, (_, index) => index + 1),
      1_001,
    ]);
  });

  it('begins with the first tick at or after a start time', () => {
    const startTimeMs = startMs - 60_090;
    bench.subscribe(1, { startTimeMs, hasResume: false, filter: ['A*'] });
    bench.finish();
    bench.pass(500);
    const ticks = bench.outlet.of(1).flatMap((batch) => batch.ticks);
    expect(ticks[0]).toMatchObject({ symbol: 'AMD', timestampMs: startTimeMs + 15 });
    expectExact(bench, 1, 1, ['A*'], bench.feed.sequenceAt(1, startTimeMs) - 1);
  });

  it('starts a moment before the live end with the tick of that moment', () => {
    bench.subscribe(1, { startTimeMs: startMs - 1 });
    bench.finish();
    bench.pass(500);
    expectExact(bench, 1, 1, [], bench.feed.sequenceAt(1, startMs - 1) - 1);
    expect(bench.outlet.of(1)[0]!.ticks[0]!.timestampMs).toBeGreaterThanOrEqual(startMs - 1);
  });

  it.each([1, 2] as const)('brings any client of mode %s exactly what it lacks, whatever happens meanwhile', (mode) => {
    const part = fc.constantFrom('AAPL', 'AMD', 'TSLA', 'A*', 'T*', '*', 'NOPE');
    const steps = fc.array(
      fc.oneof(
        fc.record({ pass: fc.integer({ min: 1, max: mode === 1 ? 400 : 90_000 }) }),
        fc.record({ take: fc.nat(4) }),
        fc.record({
          join: fc.array(part, { maxLength: 3 }),
          back: fc.integer(mode === 1 ? { min: -10, max: 400 } : { min: 0, max: 15 }),
        }),
        fc.constant('run' as const),
      ),
      { maxLength: 40 },
    );
    const options = fc.record({
      maxBatchSize: fc.constantFrom(1, 3, 100),
      maxWriteQueueFrames: fc.constantFrom(1, 2, 1_000),
    });
    const property = fc.property(
      fc.constantFrom(...feeds),
      options,
      fc.integer({ min: 1, max: 3 }),
      steps,
      (feed, options, tickMs, steps) => {
        const bench = new Bench(feed, options);
        bench.tickMs = tickMs;
        const clients: [filter: string[], after: number][] = [];
        for (const step of steps) {
          if (step === 'run') bench.catchUp(6);
          else if ('pass' in step) bench.pass(step.pass);
          else if ('take' in step) bench.take(step.take);
          else {
            const after = bench.hub.position(mode) - step.back;
            bench.subscribe(clients.push([step.join, after]) - 1, { mode, filter: step.join, after });
          }
        }
        bench.finish();
        // Long enough for those that are ahead.
        bench.pass(3_000);
        bench.finish();
        bench.pass(2_000);
        for (const [id, [filter, after]] of clients.entries()) {
          // Only MINUTE steps can be so long that the history leaves a client behind.
          if (bench.outlet.control.some((message) => message.type === 'behind' && message.id === id)) continue;
          expectExact(bench, id, mode, filter, after);
        }
      },
    );
    fc.assert(property, { numRuns: 100 });
  });

  it('goes to a pod that publishes later exactly as to one that is ahead', () => {
    const ahead = new Bench();
    ahead.pass(2_000);
    const after = ahead.hub.position(1);
    bench.subscribe(1, { after, filter: ['MSFT'] });
    bench.pass(1_000);
    expect(bench.outlet.of(1)).toEqual([]);
    bench.pass(2_000);
    bench.finish();
    bench.pass(2_000);
    expectExact(bench, 1, 1, ['MSFT'], after);
  });

  it('gives frames only to sockets that have taken the ones before, and reads the rest later', () => {
    bench.subscribe(1, { after: bench.hub.position(1) - 10_000 });
    bench.subscribe(2, { after: bench.hub.position(1) - 10_000 });
    for (let turn = 0; turn < 100; turn++) {
      bench.catchUp(Infinity);
      bench.outlet.untaken = bench.outlet.untaken.filter(({ id, bytes }) => {
        if (id === 2) bench.hub.onTaken(bench.outlet, id, bytes);
        return id !== 2;
      });
      bench.pass(10);
    }
    const pending = bench.outlet.untaken.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(pending).toBeLessThan(50_000);
    expect(bench.hub.catchUpCount).toBe(1);
    expect(bench.hub.hasCatchUpWork).toBe(false);
    expectExact(bench, 2, 1, [], bench.feed.sequenceAt(1, startMs - 10) - 10_001);
    bench.finish();
    expectExact(bench, 1, 1, [], bench.feed.sequenceAt(1, startMs - 10) - 10_001);
  });

  it('never has more frames on the way than may wait for a connection', () => {
    bench = new Bench(feeds[0], { maxBatchSize: 1, maxWriteQueueFrames: 3 });
    bench.subscribe(1, { after: bench.hub.position(1) - 100 });
    bench.catchUp(Infinity);
    expect(bench.outlet.of(1)).toHaveLength(3);
  });

  it('waits while its worker is busy, so that a flush need not', () => {
    bench.outlet.hasSpareCredit = false;
    bench.subscribe(1, { after: bench.hub.position(1) - 100 });
    bench.catchUp(Infinity);
    expect([bench.outlet.of(1).length, bench.hub.hasCatchUpWork]).toEqual([0, true]);
    bench.outlet.hasSpareCredit = true;
    bench.catchUp(Infinity);
    expect(bench.outlet.of(1)).toHaveLength(1);
  });

  it('stops when its time is over, and gives the next turns to those that have had none', () => {
    bench.tickMs = 1;
    for (let id = 1; id <= 6; id++) bench.subscribe(id, { after: bench.hub.position(1) - 1_000 });
    bench.catchUp(3);
    expect([1, 2, 3, 4, 5, 6].map((id) => bench.outlet.of(id).length)).toEqual([1, 1, 1, 0, 0, 0]);
    bench.catchUp(6);
    expect([1, 2, 3, 4, 5, 6].map((id) => bench.outlet.of(id).length)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('ends with the connection, with the worker, and when the history has left it behind', () => {
    const after = bench.hub.position(1) - 10_000;
    for (const id of [1, 2, 3]) bench.subscribe(id, { after });
    bench.catchUp(Infinity);
    bench.hub.withdraw(bench.outlet, 1);
    expect(bench.hub.catchUpCount).toBe(2);
    bench.take(1);
    bench.pass(historyWindowMs);
    bench.take();
    bench.catchUp(Infinity);
    expect(bench.outlet.control.filter(({ type }) => type === 'behind')).toEqual([
      { type: 'behind', slot: 2, id: 2 },
      { type: 'behind', slot: 3, id: 3 },
    ]);
    expect(bench.hub.catchUpCount).toBe(0);
    bench.subscribe(4, { after: bench.hub.position(1) - 10_000 });
    bench.hub.removeOutlet(bench.outlet);
    expect([bench.hub.catchUpCount, bench.hub.hasCatchUpWork, bench.hub.groupCount]).toEqual([0, false, 0]);
  });
});

describe('the reach of history', () => {
  const edge = feeds[0]!.sequenceAt(1, startMs - historyWindowMs);
  const served = feeds[0]!.sequenceAt(1, startMs - historyWindowMs - graceMs);

  it('is told in the answer, and is a little longer than that', () => {
    const bench = new Bench();
    bench.subscribe(1, { after: served - 1 });
    expect(bench.outlet.control).toMatchObject([{ type: 'accepted', earliestSequence: edge }]);
    bench.finish();
    expectExact(bench, 1, 1, [], served - 1);
  });

  it.each<[string, string, Wish]>([
    ['a position', `earliest stream_sequence is ${edge}`, { after: served - 2 }],
    [
      'a start time',
      `earliest start_time_ms is ${startMs - historyWindowMs}`,
      { startTimeMs: startMs - historyWindowMs - graceMs - 100 },
    ],
  ])('%s before it is declined, with where to begin', (_name, details, wish) => {
    for (const [hasResume, code] of [
      [true, ErrorCode.POSITION_UNAVAILABLE],
      [false, ErrorCode.INVALID_SUBSCRIPTION],
    ] as const) {
      const bench = new Bench();
      bench.subscribe(1, { ...wish, hasResume });
      const expected = { type: 'declined', code, details, earliestSequence: edge, epoch: bench.feed.epoch };
      expect(bench.outlet.control).toMatchObject([expected]);
      expect(bench.hub.catchUpCount).toBe(0);
    }
  });
});
