import { beforeEach, describe, expect, it } from '@jest/globals';
import { ErrorCode } from '@tick-storm/protocol';
import * as fc from 'fast-check';
import { CLOCK_FEED_START_MS, ClockFeed } from '../feeds/clock-feed.ts';
import type { StreamMode } from '../feeds/feed.ts';
import type { EncodeObserver } from './encode-observer.ts';
import { FakeOutlet } from './fake-outlet.ts';
import { MAX_TICKS_PER_FLUSH } from './flush-end.ts';
import { Hub } from './hub.ts';
import type { LatePolicy } from './late-ticks.ts';
import type { Outlet } from './outlet.ts';
import { SymbolFilter } from './symbol-filter.ts';

const symbols = ['AAPL', 'AMD', 'MSFT', 'TSLA'];
const feedSettings = { type: 'clock' as const, seed: 's', symbols, tickIntervalMs: 100, clockAllowanceMs: 0 };
/** Position 4,000 is the last one here: 1,000 rounds of 4 symbols. */
const startMs = CLOCK_FEED_START_MS + 99_999;

describe('Hub', () => {
  const feed = new ClockFeed(feedSettings);
  let nowMs = startMs;
  let hub: Hub;
  let outlet: FakeOutlet;
  let monotonicMs = 0;
  let late: LatePolicy;
  /** Of the next flushes; then as many as ever. */
  let maxFlushTicks: number[] = [];
  let batches: [ticks: number, bytes: number][] = [];
  let encodedMs: number[] = [];
  const observer: EncodeObserver = {
    onBatch: (ticks, bytes) => batches.push([ticks, bytes]),
    onEncoded: (ms) => encodedMs.push(ms),
  };

  function subscribe(
    id: number,
    filter: string[] = [],
    more: { mode?: StreamMode; hasResume?: boolean; startTimeMs?: number; resume?: [string, number] } = {},
    to: Outlet = outlet,
  ): void {
    const { mode = 1, hasResume = false, startTimeMs = 0, resume: [resumeEpoch, resumeSequence] = ['', 0] } = more;
    const request = { symbols: filter, startTimeMs, resumeEpoch, resumeSequence };
    hub.subscribe(to, { type: 'subscribe', slot: id, id, mode, hasResume, request });
  }

  function hubOf(of: ClockFeed): Hub {
    return new Hub({
      feed: of,
      maxBatchSize: () => 3,
      maxFlushTicks: () => maxFlushTicks.shift() ?? MAX_TICKS_PER_FLUSH,
      historyWindowMs: () => 0,
      maxWriteQueueFrames: () => 1_000,
      latePolicy: () => late,
      observer,
      now: () => nowMs,
      monotonicNow: () => (monotonicMs += 7),
    });
  }

  /** Lets time pass in steps of one batch window. */
  function pass(ms: number): void {
    for (let left = ms; left > 0; left -= 5) {
      nowMs += 5;
      hub.flush();
    }
  }

  beforeEach(() => {
    nowMs = startMs;
    late = { policy: 'close', maxAgeMs: 1_000, windowMs: 0 };
    [batches, encodedMs, maxFlushTicks] = [[], [], []];
    hub = hubOf(feed);
    outlet = new FakeOutlet();
    hub.addOutlet(outlet);
  });

  it('sends the last tick per symbol first, then every tick once, in one chain', () => {
    subscribe(1);
    pass(500);
    const batches = outlet.of(1);
    const snapshot = batches.filter(({ isSnapshot }) => isSnapshot);
    const live = batches.filter(({ isSnapshot }) => !isSnapshot);
    expect(snapshot.map(({ ticks, streamSequence }) => [ticks.length, streamSequence])).toEqual([
      [3, 4_000],
      [1, 4_000],
    ]);
    expect(snapshot.flatMap(({ ticks }) => ticks).map(({ symbol }) => symbol)).toEqual(symbols);
    expect(live.flatMap(({ ticks }) => ticks)).toEqual(feed.read(1, 4_001, 4_020).map(({ tick }) => tick));
    expect(batches.map(({ batchSequence }) => batchSequence)).toEqual(batches.map((_, index) => 999 + index));
    expect(batches.map(({ epoch }) => epoch)).toEqual(batches.map((_, index) => (index === 0 ? feed.epoch : '')));
    let last = 4_000;
    for (const batch of live) {
      expect(batch.previousSequence).toBe(last);
      last = batch.streamSequence + batch.ticks.length - 1;
    }
  });

  it('numbers the ticks of a filter by their places in the whole stream', () => {
    subscribe(1, ['TSLA', 'AM*']);
    pass(200);
    const live = outlet.of(1).filter(({ isSnapshot }) => !isSnapshot);
    expect(live.map(({ streamSequence, previousSequence }) => [previousSequence, streamSequence])).toEqual([
      [4_000, 4_002],
      [4_002, 4_004],
      [4_004, 4_006],
      [4_006, 4_008],
    ]);
  });

  it('says the steps between positions when they are not 1', () => {
    subscribe(1, ['AAPL', 'TSLA']);
    nowMs += 200;
    hub.flush();
    const [first, second] = outlet.of(1).filter(({ isSnapshot }) => !isSnapshot);
    expect([first?.streamSequence, first?.sequenceDeltas]).toEqual([4_001, [3, 1]]);
    expect([second?.streamSequence, second?.sequenceDeltas, second?.previousSequence]).toEqual([4_008, [], 4_005]);
  });

  it('shares one encoding in a group, and joins a late member without gap or duplicate', () => {
    subscribe(1, ['AAPL', 'MSFT']);
    pass(230);
    subscribe(2, ['MSFT', 'AAPL', 'AAPL']);
    expect(hub.groupCount).toBe(1);
    pass(200);
    const late = outlet.of(2);
    const live = late.filter(({ isSnapshot }) => !isSnapshot);
    expect(live).toEqual(outlet.of(1).slice(-live.length));
    expect(late.map(({ batchSequence }) => batchSequence)).toEqual(
      late.map((_, index) => late[0]!.batchSequence + index),
    );
    const snapshot = late.find(({ isSnapshot }) => isSnapshot);
    expect(snapshot?.ticks.every((tick) => tick.timestampMs <= startMs + 230)).toBe(true);
    expect(live[0]?.previousSequence).toBeLessThanOrEqual(snapshot!.streamSequence);
    expect(live[0]?.streamSequence).toBeGreaterThan(snapshot!.streamSequence);
  });

  it('gives a first batch with the epoch to who gets no snapshot, and only to them', () => {
    subscribe(1, []);
    subscribe(2, [], { hasResume: true, resume: [feed.epoch, 4_000] });
    pass(200);
    expect(outlet.of(2)[0]).toMatchObject({ epoch: feed.epoch, previousSequence: 4_000, streamSequence: 4_001 });
    expect(
      outlet
        .of(2)
        .slice(1)
        .every(({ epoch }) => epoch === ''),
    ).toBe(true);
    expect(outlet.of(1).filter(({ epoch }) => epoch !== '')).toHaveLength(1);
  });

  it('lets a client that is ahead wait for the tick after its own', () => {
    subscribe(1, [], { hasResume: true, resume: [feed.epoch, 4_006] });
    expect(outlet.control.map(({ type }) => type)).toEqual(['accepted']);
    nowMs += 100;
    hub.flush();
    expect(hub.hasCatchUpWork).toBe(false);
    nowMs += 200;
    // Nobody else's flush is cut for it.
    expect([hub.flush(), hub.hasMoreDue]).toEqual([8, false]);
    hub.catchUp(() => false);
    expect(outlet.of(1).flatMap(({ ticks }) => ticks)).toEqual(feed.read(1, 4_007, 4_012).map(({ tick }) => tick));
    expect(outlet.of(1)[0]?.previousSequence).toBe(4_006);
  });

  it.each<[string, number, Parameters<typeof subscribe>[2]]>([
    ['a start time in the past', ErrorCode.INVALID_SUBSCRIPTION, { startTimeMs: startMs - 1_000 }],
    ['the same with `resume`', ErrorCode.POSITION_UNAVAILABLE, { startTimeMs: startMs - 1_000, hasResume: true }],
    ['another epoch', ErrorCode.POSITION_UNAVAILABLE, { hasResume: true, resume: ['other', 4_000] }],
    ['a past position', ErrorCode.POSITION_UNAVAILABLE, { hasResume: true, resume: [feed.epoch, 3_999] }],
    ['a far position', ErrorCode.POSITION_UNAVAILABLE, { hasResume: true, resume: [feed.epoch, 5_300] }],
    ['a position beyond all time', ErrorCode.POSITION_UNAVAILABLE, { hasResume: true, resume: [feed.epoch, 2 ** 64] }],
  ])('declines %s', (_name, code, more) => {
    subscribe(1, [], more);
    expect(outlet.control).toMatchObject([{ type: 'declined', code, epoch: feed.epoch, earliestSequence: 4_001 }]);
    expect(hub.groupCount).toBe(0);
  });

  it('closes a minute for MINUTE subscribers, with the last bar as their snapshot', () => {
    subscribe(1, ['MSFT'], { mode: 2 });
    pass(25_000);
    const [snapshot, bar] = outlet.of(1);
    expect(snapshot).toMatchObject({ isSnapshot: true, streamSequence: 4 });
    expect(bar).toMatchObject({ streamSequence: 7, previousSequence: 3 });
    expect(bar?.ticks).toEqual([feed.read(2, 7, 7)[0]?.tick]);
    expect(outlet.of(1)).toHaveLength(2);
  });

  it('accepts a symbol that the feed does not have and stays silent', () => {
    subscribe(1, ['NOPE']);
    pass(300);
    expect(outlet.control.map(({ type }) => type)).toEqual(['accepted', 'joined']);
    expect(outlet.of(1)).toEqual([]);
  });

  it('waits while a worker has no credit, and then loses nothing', () => {
    subscribe(1);
    outlet.hasCredit = false;
    nowMs += 1_000;
    expect(hub.flush()).toBeUndefined();
    outlet.hasCredit = true;
    expect(hub.flush()).toBe(40);
    const live = outlet.of(1).filter(({ isSnapshot }) => !isSnapshot);
    expect(live.flatMap(({ ticks }) => ticks)).toEqual(feed.read(1, 4_001, 4_040).map(({ tick }) => tick));
  });

  it('tells of each encoded batch once per group, and of the time of each flush that had any', () => {
    hub.flush();
    nowMs += 1_000;
    hub.flush();
    expect([batches, encodedMs]).toEqual([[], []]);
    for (const id of [1, 2]) subscribe(id, ['AMD']);
    subscribe(3);
    nowMs += 100;
    hub.flush();
    expect(batches.map(([ticks]) => ticks).sort((a, b) => a - b)).toEqual([1, 1, 3]);
    expect(batches.every(([ticks, bytes]) => bytes > 50 * ticks)).toBe(true);
    expect(encodedMs).toEqual([7]);
  });

  it('says when a flush could not take all that is due, so that a fast feed does not fall behind', () => {
    nowMs += 300_000;
    expect([hub.flush(), hub.hasMoreDue]).toEqual([10_000 + 20, true]);
    expect([hub.flush(), hub.hasMoreDue]).toEqual([2_000, false]);
    expect([hub.flush(), hub.hasMoreDue]).toEqual([0, false]);
  });

  /** Every tick that a client of a filter has had from the start or was told that it has not had, in its place. */
  function expectAccounted(id: number, filter: string[]): void {
    const matcher = new SymbolFilter(filter);
    const matching = feed
      .read(1, 3_990, hub.position(1))
      .flatMap(({ sequence, tick }) => (matcher.matches(tick.symbol) ? [sequence] : []));
    const live = outlet.of(id).filter(({ isSnapshot }) => !isSnapshot);
    let last = 4_000;
    let number = 1_000;
    for (const batch of live) {
      const positions = [batch.streamSequence];
      for (let index = 1; index < batch.ticks.length; index++)
        positions.push(positions.at(-1)! + (batch.sequenceDeltas[index - 1] ?? 1));
      const end = positions.at(-1)!;
      const due = matching.filter((position) => position > last && position <= end);
      expect(due).toEqual(expect.arrayContaining(positions));
      expect(batch.omitted).toBe(due.length - positions.length);
      expect(batch.previousSequence).toBe(matching.findLast((position) => position < positions[0]!));
      expect(batch.batchSequence).toBe(number + (batch.omitted > 0 ? 2 : 1));
      number = batch.batchSequence;
      last = end;
    }
    expect(last).toBe(matching.at(-1));
  }

  it.each([
    ['close', 1_000, 0],
    ['conflate', 1_000, 76],
    ['drop', 1_000, 60],
    // Here the last tick of every filter is older than half the bound: it comes nevertheless.
    ['drop', 0, 79],
  ] as const)('late under %s beyond %d ms, leaves out %d ticks and accounts for them', (policy, maxAgeMs, omitted) => {
    const filters = [[], ['AMD'], ['A*', 'TSLA'], ['TSLA']];
    for (const [index, filter] of filters.entries()) subscribe(index, filter);
    pass(100);
    late = { policy, maxAgeMs, windowMs: 0 };
    nowMs += 2_000;
    expect([hub.flush(), hub.hasMoreDue]).toEqual([80, false]);
    expect(outlet.of(0).reduce((sum, batch) => sum + batch.omitted, 0)).toBe(omitted);
    late = { policy: 'close', maxAgeMs, windowMs: 0 };
    pass(1_000);
    for (const [index, filter] of filters.entries()) expectAccounted(index, filter);
    // Who comes later is told of nothing that was before.
    subscribe(9);
    pass(100);
    expect(outlet.of(9).every((batch) => batch.omitted === 0)).toBe(true);
  });

  it('sends with a flush what it may, and what is left out of a late one besides', () => {
    subscribe(1);
    const flush = (): unknown[] => {
      maxFlushTicks = [10];
      return [hub.flush(), hub.hasMoreDue, hub.ticksOmitted];
    };
    nowMs += 2_000;
    expect(flush()).toEqual([10, true, 0]);
    late = { policy: 'drop', maxAgeMs: 1_000, windowMs: 0 };
    // All that is older than half a second, and the first ten after that.
    expect(flush()).toEqual([50 + 10, true, 50]);
    // The first one is not late: nothing is left out.
    expect(flush()).toEqual([10, false, 50]);
    late = { policy: 'conflate', maxAgeMs: 1_000, windowMs: 0 };
    nowMs += 2_000;
    expect(flush()).toEqual([80, false, 50 + 76]);
  });

  it('loses and repeats no tick, however much each flush may send', () => {
    const filters = [[], ['AMD'], ['A*', 'TSLA'], ['TSLA']];
    const step = fc.record({
      waitMs: fc.nat(1_500),
      maxTicks: fc.integer({ min: 1, max: 200 }),
      hasCredit: fc.boolean(),
    });
    const policies = fc.constantFrom<LatePolicy['policy']>('close', 'conflate', 'drop');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), policies, fc.nat(2_000), (steps, policy, maxAgeMs) => {
        nowMs = startMs;
        late = { policy, maxAgeMs, windowMs: 0 };
        hub = hubOf(feed);
        outlet = new FakeOutlet();
        hub.addOutlet(outlet);
        for (const [index, filter] of filters.entries()) subscribe(index, filter);
        for (const { waitMs, maxTicks, hasCredit } of steps) {
          nowMs += waitMs;
          outlet.hasCredit = hasCredit;
          maxFlushTicks = [maxTicks];
          const [ticks, omittedBefore] = [hub.position(1), hub.ticksOmitted];
          hub.flush();
          const sent = hub.position(1) - ticks - (hub.ticksOmitted - omittedBefore);
          // A late flush sends the last tick of each symbol or filter whatever it may.
          expect(sent).toBeLessThanOrEqual(Math.max(maxTicks, feedSettings.symbols.length) + filters.length);
        }
        outlet.hasCredit = true;
        // A whole round, so that every filter has had a tick.
        nowMs += feedSettings.tickIntervalMs;
        while (hub.flush() !== 0) expect(hub.delayMs === 0 || hub.hasMoreDue).toBe(true);
        expect(hub.position(1)).toBe(feed.dueSequence(1, nowMs));
        for (const [index, filter] of filters.entries()) expectAccounted(index, filter);
        if (policy === 'close') expect(hub.ticksOmitted).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('tells how long the oldest tick has waited for a worker', () => {
    subscribe(1);
    pass(100);
    // 40 ticks a second: one was due within the last 25 ms, and has been published.
    expect(hub.delayMs).toBeLessThan(25);
    outlet.hasCredit = false;
    pass(2_000);
    expect(hub.delayMs).toBeGreaterThan(1_975);
    expect(hub.delayMs).toBeLessThanOrEqual(2_000);
    outlet.hasCredit = true;
    pass(5);
    expect(hub.delayMs).toBe(0);
  });

  it('takes no tick for held up that the window gathers', () => {
    subscribe(1);
    late = { policy: 'conflate', maxAgeMs: 1_000, windowMs: 10_000 };
    nowMs += 10_900;
    expect(hub.delayMs).toBeLessThanOrEqual(900);
    expect(hub.delayMs).toBeGreaterThan(875);
    expect([hub.flush(), hub.hasMoreDue, hub.ticksOmitted]).toEqual([436, false, 0]);
    nowMs += 9_000;
    expect(hub.delayMs).toBe(0);
    nowMs += 2_100;
    // A minute has ended besides: one more of each symbol in the other stream, which nobody has asked for.
    expect([hub.flush(), hub.hasMoreDue, hub.ticksOmitted]).toEqual([444 + 4, false, 440]);
  });

  it('takes no tick for late that clocks are allowed to differ by', () => {
    const patient = new ClockFeed({ ...feedSettings, clockAllowanceMs: 5_000 });
    late = { policy: 'drop', maxAgeMs: 1_000, windowMs: 0 };
    hub = hubOf(patient);
    hub.addOutlet(outlet);
    subscribe(1);
    pass(1_000);
    expect(hub.ticksOmitted).toBe(0);
  });

  it('forgets groups, waiting clients and workers that are gone', () => {
    subscribe(1);
    subscribe(2);
    const joined = outlet.control.find((message) => message.type === 'joined');
    hub.leave(outlet, 1, joined!.group);
    expect(hub.groupCount).toBe(1);
    hub.leave(outlet, 1, joined!.group);
    expect(hub.groupCount).toBe(0);
    subscribe(3, ['AMD'], { mode: 2 });
    subscribe(4, [], { hasResume: true, resume: [feed.epoch, 4_010] });
    subscribe(5, [], { hasResume: true, resume: [feed.epoch, 4_010] });
    hub.withdraw(outlet, 4);
    const other = new FakeOutlet();
    hub.addOutlet(other);
    subscribe(6, [], {}, other);
    hub.removeOutlet(outlet);
    expect(hub.groupCount).toBe(1);
    const before = outlet.control.length;
    pass(1_000);
    expect(outlet.control).toHaveLength(before);
    expect(other.of(6).length).toBeGreaterThan(10);
  });
});
