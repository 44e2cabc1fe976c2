import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { closeAll, expectErrorAndClose, openAuthenticated, openSubscribed } from './clients.ts';
import { ackOf, errorOf, heartbeatFrame, MINUTE, SECOND, subscribeFrame, type TickMessage } from './messages.ts';
import type { RawConnection } from './raw-connection.ts';
import { TYPE } from './raw-frame.ts';
import { expectResumed, lastSequence, streamBatches, streamTicks, untilSequence } from './received.ts';
import { ServerProcess } from './server-process.ts';

const SYMBOLS = ['AAPL', 'AMD', 'MSFT', 'TSLA'];
const MINUTE_MS = 60_000;

let server: ServerProcess;
beforeAll(async () => {
  // 40 ticks a second. The other pod has the same feed.
  server = await ServerProcess.start({ FEED_SYMBOLS: SYMBOLS.join(',') });
});
afterEach(closeAll);
afterAll(() => server.stop());

/** Subscribes, and waits until the connection is at the live end. */
async function replayed(startTimeMs: number, symbols: string[] = [], mode = SECOND): Promise<RawConnection> {
  const connection = await openAuthenticated(server);
  const ack = ackOf(await connection.subscribe({ mode, startTimeMs, symbols }));
  const live = Number(ack.metadata['stream_sequence']) + (mode === SECOND ? SYMBOLS.length : 0);
  await untilSequence(connection, live);
  expectResumed(connection);
  return connection;
}

describe('a start time in the past', () => {
  it('brings every tick since then, from the first one on, and then the live stream', async () => {
    const startTimeMs = Date.now() - 30_000;
    const whole = streamTicks(await replayed(startTimeMs - 1_000));
    const ticks = streamTicks(await replayed(startTimeMs));
    const [first] = ticks.keys();
    expect(ticks.get(first!)!.timestampMs).toBeGreaterThanOrEqual(startTimeMs);
    expect(whole.get(first! - 1)!.timestampMs).toBeLessThan(startTimeMs);
    expect([...ticks.keys()]).toEqual(Array.from({ length: ticks.size }, (_, index) => first! + index));
    expect(ticks.size).toBeGreaterThan(1_100);
    for (const [sequence, tick] of whole) if (sequence >= first!) expect(ticks.get(sequence) ?? tick).toEqual(tick);
  });

  it('brings just the ticks that match the filter', async () => {
    const startTimeMs = Date.now() - 20_000;
    const whole = streamTicks(await replayed(startTimeMs));
    const filtered = streamTicks(await replayed(startTimeMs, ['A*', 'TSLA']));
    const last = Math.min(Math.max(...whole.keys()), Math.max(...filtered.keys()));
    const upTo = ([sequence]: [number, TickMessage]): boolean => sequence <= last;
    const matching = [...whole].filter(upTo).filter(([, { symbol }]) => symbol !== 'MSFT');
    expect([...filtered].filter(upTo)).toEqual(matching);
  });

  it('brings MINUTE ticks too: what a client of the SECOND stream would find to be each minute’s last', async () => {
    // All of the minutes that have ended since: some ticks before the first of them belong to none.
    const startTimeMs = Date.now() - 4 * MINUTE_MS;
    const minute = streamTicks(await replayed(startTimeMs, [], MINUTE));
    // After those: a minute may end meanwhile, and then its ticks are all to be here.
    const second = streamTicks(await replayed(startTimeMs));
    const closing = new Map<string, TickMessage>();
    for (const tick of second.values()) {
      const key = `${Math.floor(tick.timestampMs / MINUTE_MS)} ${tick.symbol}`;
      // The map's order is then that of the closing ticks.
      closing.delete(key);
      closing.set(key, { ...tick, mode: MINUTE });
    }
    const lastMinute = Math.floor(Math.max(...[...minute.values()].map((tick) => tick.timestampMs)) / MINUTE_MS);
    const expected = [...closing].filter(([key]) => Number(key.split(' ')[0]) <= lastMinute).map(([, tick]) => tick);
    expect(minute.size).toBeGreaterThanOrEqual(3 * SYMBOLS.length);
    expect([...minute.values()]).toEqual(expected);
  });

  it('before the history: ERROR 4 that tells the earliest time, and close', async () => {
    const connection = await openAuthenticated(server);
    const askedMs = Date.now();
    connection.send(subscribeFrame({ mode: 1, startTimeMs: askedMs - 6 * MINUTE_MS }));
    const { details } = await expectErrorAndClose(connection, 4);
    const earliestMs = Number(/\d+/.exec(details)?.[0]);
    expect(earliestMs).toBeGreaterThanOrEqual(askedMs - 5 * MINUTE_MS);
    await replayed(earliestMs);
  });

  it('before the history, with `resume`: code 14 says where to start, and that works on the same connection', async () => {
    const connection = await openAuthenticated(server, { features: ['resume'] });
    connection.send(subscribeFrame({ mode: 1, startTimeMs: Date.now() - 6 * MINUTE_MS }));
    const error = errorOf(await connection.next());
    expect(error.code).toBe(14);
    const resumeSequence = error.earliestSequence - 1;
    expect(ackOf(await connection.subscribe({ mode: 1, resumeEpoch: error.epoch, resumeSequence })).success).toBe(true);
    await untilSequence(connection, error.earliestSequence + 5 * 2_400);
    expectResumed(connection);
    expect(streamBatches(connection)[0]).toMatchObject({
      streamSequence: error.earliestSequence,
      previousSequence: resumeSequence,
    });
  });

  it('without history is declined, and the next tick is the earliest', async () => {
    const bare = await ServerProcess.start({ HISTORY_WINDOW: '0' });
    try {
      const connection = await openAuthenticated(bare, { features: ['resume'] });
      connection.send(subscribeFrame({ mode: 1, startTimeMs: Date.now() - 1_000 }));
      expect(errorOf(await connection.next()).code).toBe(14);
      const { metadata } = ackOf(await connection.subscribe({ mode: 1 }));
      expect(Number(metadata['earliest_sequence'])).toBe(Number(metadata['stream_sequence']) + 1);
    } finally {
      await bare.stop();
    }
  });
});

describe('resume', () => {
  let otherPod: ServerProcess;
  beforeAll(async () => {
    otherPod = await ServerProcess.start({ FEED_SYMBOLS: SYMBOLS.join(','), WORKERS: '2' });
  });
  afterAll(() => otherPod.stop());

  it.each([
    ['the full stream', []],
    ['one symbol', ['AMD']],
    ['patterns and symbols', ['A*', 'TSLA', 'NOPE']],
  ])('brings in another pod exactly what a client of %s has that stayed connected', async (_name, symbols) => {
    const control = await openSubscribed(server, { symbols });
    const leaver = await openAuthenticated(server, { features: ['resume'] });
    const resumeEpoch = ackOf(await leaver.subscribe({ mode: 1, symbols })).metadata['epoch']!;
    await leaver.until(() => streamBatches(leaver).length > 5, 'some batches');
    leaver.close();
    const resumeSequence = lastSequence(leaver);
    await untilSequence(control, resumeSequence + 80);

    const resumed = await openAuthenticated(otherPod, { features: ['resume'] });
    expect(ackOf(await resumed.subscribe({ mode: 1, symbols, resumeEpoch, resumeSequence })).success).toBe(true);
    await untilSequence(resumed, lastSequence(control));
    expectResumed(resumed);
    expect(streamBatches(resumed)[0]!.previousSequence).toBe(resumeSequence);
    const last = lastSequence(resumed);
    await untilSequence(control, last);
    const expected = [...streamTicks(control)].filter(([at]) => at > resumeSequence && at <= last);
    expect([...streamTicks(resumed)]).toEqual(expected);
    expect(expected.length).toBeGreaterThan(10);
  });

  it('brings the closing ticks of minutes that ended meanwhile', async () => {
    const probe = await openAuthenticated(server);
    const { metadata } = ackOf(await probe.subscribe({ mode: MINUTE }));
    const published = Number(metadata['stream_sequence']);
    const resumeSequence = published - 6;
    const resumed = await openAuthenticated(otherPod, { features: ['resume'] });
    await resumed.subscribe({ mode: MINUTE, resumeEpoch: metadata['epoch']!, resumeSequence });
    await untilSequence(resumed, published);
    expectResumed(resumed);
    const keys = [...streamTicks(resumed).keys()].filter((sequence) => sequence <= published);
    expect(keys).toEqual(Array.from({ length: 6 }, (_, index) => resumeSequence + 1 + index));
  });

  it('from a position that is still to come: silence, and then the tick after it', async () => {
    const connection = await openSubscribed(server);
    await connection.until(() => streamBatches(connection).length > 0, 'a batch');
    const ahead = lastSequence(connection) + 40;
    const second = await openAuthenticated(server, { features: ['resume'] });
    await second.subscribe({ mode: 1, resumeEpoch: streamEpoch(connection), resumeSequence: ahead });
    await second.until(() => streamBatches(second).length > 0, 'a batch');
    expect(streamBatches(second)[0]!).toMatchObject({ streamSequence: ahead + 1, previousSequence: ahead });
  });

  it.each([
    ['of another epoch', (epoch: string) => ({ resumeEpoch: `${epoch}x`, resumeSequence: 1_000 })],
    ['before the history', (epoch: string) => ({ resumeEpoch: epoch, resumeSequence: 1 })],
    ['too far ahead', (epoch: string, at: number) => ({ resumeEpoch: epoch, resumeSequence: at + 40 * 60 })],
  ])('from a position %s: code 14 says where to start, and the connection stays', async (_, position) => {
    const probe = await openAuthenticated(server);
    const { metadata } = ackOf(await probe.subscribe({ mode: 1 }));
    const epoch = metadata['epoch']!;
    const fields = { mode: 1, ...position(epoch, Number(metadata['stream_sequence'])) };
    const connection = await openAuthenticated(server, { features: ['resume'] });
    connection.send(subscribeFrame(fields));
    const error = errorOf(await connection.nextOf(TYPE.ERROR));
    expect([error.code, error.epoch]).toEqual([14, epoch]);
    expect(error.earliestSequence).toBeGreaterThanOrEqual(Number(metadata['earliest_sequence']));
    connection.send(heartbeatFrame(Date.now(), 1));
    expect((await connection.next()).type).toBe(TYPE.PONG);
    expect(ackOf(await connection.subscribe({ mode: 1 })).success).toBe(true);
    await connection.until(() => streamBatches(connection).length > 1, 'the live stream');

    const plain = await openAuthenticated(server);
    plain.send(subscribeFrame(fields));
    await expectErrorAndClose(plain, 4);
  });

  it('together with a start time: ERROR 4 and close', async () => {
    const connection = await openAuthenticated(server, { features: ['resume'] });
    connection.send(subscribeFrame({ mode: 1, startTimeMs: Date.now(), resumeEpoch: 'x', resumeSequence: 1 }));
    await expectErrorAndClose(connection, 4);
  });
});

function streamEpoch(connection: RawConnection): string {
  const ack = connection.frames.filter(({ type }) => type === TYPE.ACK).map(ackOf);
  return ack.at(-1)!.metadata['epoch']!;
}
