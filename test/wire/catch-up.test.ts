import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import { closeAll, openAuthenticated, openSubscribed } from './clients.ts';
import { eventually } from './eventually.ts';
import { expectGapless } from './gapless.ts';
import { ackOf, errorOf, subscribeFrame } from './messages.ts';
import type { RawConnection } from './raw-connection.ts';
import { TYPE } from './raw-frame.ts';
import { expectResumed, lastSequence, streamTicks, untilSequence } from './received.ts';
import { ServerProcess } from './server-process.ts';
import { workerPids } from './worker-processes.ts';

const HOUR_MS = 3_600_000;
/** 1,000 ticks a second: an hour of them is far more than any buffer on the way holds. */
const env = { FEED_TICK_INTERVAL_MS: '20', HISTORY_WINDOW: '1h', WRITE_DEADLINE_MS: '60000', WORKERS: '2' };

let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start(env);
});
afterEach(closeAll);
afterAll(() => server.stop());

/** The full stream from an hour ago, and does not read what comes. */
async function openStalled(on: ServerProcess): Promise<RawConnection> {
  const connection = await openAuthenticated(on);
  connection.socket.pause();
  connection.send(subscribeFrame({ mode: 1, startTimeMs: Date.now() - HOUR_MS + 60_000 }));
  return connection;
}

async function catchUps(on: ServerProcess): Promise<number> {
  return (await on.metrics()).value('tick_storm_catch_ups');
}

describe('a catch-up', () => {
  it('of a client that does not read ends at the write deadline, and costs the server no memory', async () => {
    await ServerProcess.with({ ...env, WRITE_DEADLINE_MS: '1500' }, async (hasty) => {
      const live = await openSubscribed(hasty, { symbols: ['AAPL'] });
      const before = await hasty.metrics();
      const stalled = await Promise.all(Array.from({ length: 50 }, () => openStalled(hasty)));
      // Where connecting takes longer than the deadline they are never all there.
      await eventually('all to be closed for the deadline', async () => {
        const metrics = await hasty.metrics();
        return metrics.value('tick_storm_connections_closed_total', { reason: 'write_deadline' }) === 50;
      });
      await eventually('the catch-ups to end', async () => (await catchUps(hasty)) === 0);
      const after = await hasty.metrics();
      const grownBytes = after.value('tick_storm_memory_usage_bytes') - before.value('tick_storm_memory_usage_bytes');
      // An hour of the stream is 250 MB for each of them.
      expect(grownBytes).toBeLessThan(150_000_000);
      for (const connection of stalled) connection.close();
      await live.until(() => lastSequence(live) > 0, 'the live stream');
      expectGapless(live);
    });
  });

  it('of a client that reads in fits brings every tick', async () => {
    const connection = await openAuthenticated(server);
    const { metadata } = ackOf(await connection.subscribe({ mode: 1, startTimeMs: Date.now() - 20_000 }));
    const target = Number(metadata['stream_sequence']) + 1_000;
    const stops = setInterval(() => {
      if (connection.socket.isPaused()) connection.socket.resume();
      else connection.socket.pause();
    }, 20);
    try {
      await untilSequence(connection, target);
    } finally {
      clearInterval(stops);
    }
    expectResumed(connection);
    const positions = [...streamTicks(connection).keys()];
    expect(positions).toEqual(positions.map((_, index) => positions[0]! + index));
    expect(positions.length).toBeGreaterThan(20_000);
  });

  it('leaves nothing behind when its client goes, or its worker dies', async () => {
    const leaving = await Promise.all(Array.from({ length: 20 }, () => openStalled(server)));
    await eventually('the catch-ups to begin', async () => (await catchUps(server)) === 20);
    for (const connection of leaving) connection.close();
    await eventually('the catch-ups to end', async () => (await catchUps(server)) === 0);
    await eventually('the groups to end', async () => {
      return (await server.metrics()).value('tick_storm_subscription_groups') === 0;
    });

    await Promise.all(Array.from({ length: 20 }, () => openStalled(server)));
    await eventually('the catch-ups to begin', async () => (await catchUps(server)) === 20);
    for (const pid of workerPids(server)) process.kill(pid, 'SIGKILL');
    await eventually('the catch-ups to end', async () => (await catchUps(server)) === 0);
  });

  it('does not hold up a drain', async () => {
    const draining = await ServerProcess.start(env);
    await openStalled(draining);
    const reader = await openAuthenticated(draining);
    await reader.subscribe({ mode: 1, startTimeMs: Date.now() - HOUR_MS + 60_000 });
    await reader.until(() => lastSequence(reader) > 0, 'the first ticks');
    expect((await draining.stop()).code).toBe(0);
    const frames = await reader.untilClosed();
    expect(errorOf(frames.findLast(({ type }) => type === TYPE.ERROR)!).code).toBe(13);
    expectResumed(reader);
  });
});

describe('catch-ups of many clients at once', () => {
  let pod: ServerProcess;
  beforeAll(async () => {
    // 20 ticks a second, in few batches: all the clients are in this one process.
    pod = await ServerProcess.start({ FEED_TICK_INTERVAL_MS: '1000', BATCH_WINDOW_MS: '100', WORKERS: '2' });
  });
  afterAll(() => pod.stop());

  it('bring each of 300 what it lacks, and the live stream of another client goes on without a gap', async () => {
    const live = await openSubscribed(pod);
    await live.until(() => lastSequence(live) > 0, 'the live stream');
    const { epoch } = ackOf(live.frames.findLast(({ type }) => type === TYPE.ACK)!).metadata;
    const head = lastSequence(live);
    const filters = [['AAPL'], ['A*'], ['MSFT', 'V'], ['ORCL', 'NVDA', 'NFLX']];
    const clients = await Promise.all(
      Array.from({ length: 300 }, async (_, index) => {
        const connection = await openAuthenticated(pod, { features: ['resume'] });
        const resumeSequence = head - 3_000 - index;
        const symbols = filters[index % filters.length]!;
        await connection.subscribe({ mode: 1, symbols, resumeEpoch: epoch!, resumeSequence });
        return { connection, resumeSequence, symbols };
      }),
    );
    await Promise.all(clients.map(({ connection }) => untilSequence(connection, head + 40)));
    await untilSequence(live, head + 40);
    expectGapless(live);

    // Who was there all along tells what the others should have.
    const reference = await openAuthenticated(pod, { features: ['resume'] });
    await reference.subscribe({ mode: 1, resumeEpoch: epoch!, resumeSequence: head - 4_000 });
    await untilSequence(reference, head + 40);
    const last = Math.min(lastSequence(reference), ...clients.map(({ connection }) => lastSequence(connection)));
    const whole = [...streamTicks(reference)];
    const wrong = clients.filter(({ connection, resumeSequence, symbols }) => {
      expectResumed(connection);
      const expected = whole.filter(([at, { symbol }]) => {
        const matches = symbols.some((each) => (each === 'A*' ? symbol.startsWith('A') : each === symbol));
        return matches && at > resumeSequence && at <= last;
      });
      // Many thousands of ticks, for which jest's own comparison would take minutes on a busy machine.
      return !isDeepStrictEqual(
        [...streamTicks(connection)].filter(([at]) => at <= last),
        expected,
      );
    });
    expect(wrong.map(({ resumeSequence, symbols }) => [resumeSequence, symbols])).toEqual([]);
    await eventually('every one to be at the live end', async () => (await catchUps(pod)) === 0);
  }, 120_000);
});
