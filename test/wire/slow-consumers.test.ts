import { afterEach, describe, expect, it } from '@jest/globals';
import { closeAll, expectErrorAndClose, openSubscribed } from './clients.ts';
import { eventually } from './eventually.ts';
import { heartbeatFrame, pongOf, sequencesOf, type BatchMessage } from './messages.ts';
import type { RawConnection } from './raw-connection.ts';
import { TYPE } from './raw-frame.ts';
import { streamBatches } from './received.ts';
import { ServerProcess } from './server-process.ts';
import { STALL_SETTINGS } from './stall-settings.ts';

afterEach(closeAll);

/** Each bound as the only one that can be reached. */
const bounds: [bound: string, env: Record<string, string>][] = [
  ['frames', { MAX_WRITE_QUEUE_SIZE: '400' }],
  ['bytes', { MAX_WRITE_QUEUE_BYTES: '65548' }],
  ['age', { MAX_WRITE_QUEUE_AGE_MS: '2000' }],
];

const withServer = (env: Record<string, string>, run: (server: ServerProcess) => Promise<void>): Promise<void> =>
  ServerProcess.with({ ...STALL_SETTINGS, ...env }, run);

function lastPosition(batches: readonly BatchMessage[]): number {
  return batches.length === 0 ? 0 : sequencesOf(batches.at(-1)!).at(-1)!;
}

/** Every tick of the stream by its position, from a client that keeps up; its own stream must be whole. */
function symbolsOf(control: RawConnection): Map<number, string> {
  const symbols = new Map<number, string>();
  const live = streamBatches(control);
  for (const [index, batch] of live.entries()) {
    expect(batch.omitted).toBe(0);
    if (index > 0) {
      expect(batch.batchSequence).toBe(live[index - 1]!.batchSequence + 1);
      expect(batch.previousSequence).toBe(lastPosition([live[index - 1]!]));
    }
    for (const [at, sequence] of sequencesOf(batch).entries()) symbols.set(sequence, batch.ticks[at]!.symbol);
  }
  return symbols;
}

/** Holds every batch of a slow client against the whole stream. */
function expectTold(batches: readonly BatchMessage[], stream: ReadonlyMap<number, string>): void {
  const positions = [...stream.keys()];
  const first = batches.findIndex((batch) => stream.has(batch.previousSequence) && stream.has(batch.streamSequence));
  expect(first).toBeGreaterThanOrEqual(0);
  let told = 0;
  for (const [index, batch] of batches.slice(first + 1).entries()) {
    const before = batches[first + index]!;
    const sequences = sequencesOf(batch);
    const from = lastPosition([before]);
    const to = sequences.at(-1)!;
    if (!stream.has(to)) break;
    const inStream = positions.filter((position) => position > from && position <= to);
    expect(sequences.length + batch.omitted).toBe(inStream.length);
    expect(sequences.every((sequence, at) => sequence > (at === 0 ? from : sequences[at - 1]!))).toBe(true);
    expect(batch.ticks.map(({ symbol }) => symbol)).toEqual(sequences.map((sequence) => stream.get(sequence)));
    // The place in the stream before the first tick: the gap, if there is one, lies there.
    expect(batch.previousSequence).toBe(positions.findLast((position) => position < batch.streamSequence));
    if (batch.batchSequence !== before.batchSequence + 1) expect(batch.omitted).toBeGreaterThan(0);
    told += batch.omitted;
  }
  expect(told).toBeGreaterThan(0);
}

describe('policy close', () => {
  it.each(bounds)('at the bound of %s: ERROR 12 and close', async (bound, env) => {
    await withServer(env, async (server) => {
      const control = await openSubscribed(server);
      const slow = await openSubscribed(server);
      await slow.nextOf(TYPE.DATA_BATCH);
      slow.socket.pause();
      const reason = `write_queue_${bound}`;
      await eventually('the server to give it up', async () => {
        return (await server.metrics()).value('tick_storm_errors_total', { error_code: 'RATE_LIMITED' }) === 1;
      });
      slow.socket.resume();
      expect((await expectErrorAndClose(slow, 12)).message).toMatch(/too slowly/);
      // What it had got before was whole.
      symbolsOf(slow);
      await eventually('the close to be counted', async () => {
        return (await server.metrics()).value('tick_storm_connections_closed_total', { reason }) === 1;
      });
      symbolsOf(control);
    });
  });

  it('counts PONGs', async () => {
    await withServer({ MAX_WRITE_QUEUE_SIZE: '50', FEED_TICK_INTERVAL_MS: '60000' }, async (server) => {
      const slow = await openSubscribed(server);
      slow.socket.pause();
      let sequence = 0;
      await eventually('the server to give it up', async () => {
        // Answers of some 30 bytes each must first fill the buffers of both sockets.
        if (!slow.isClosed) slow.send(...Array.from({ length: 2_000 }, () => heartbeatFrame(Date.now(), ++sequence)));
        return (
          (await server.metrics()).value('tick_storm_connections_closed_total', { reason: 'write_queue_frames' }) === 1
        );
      });
    });
  });
});

describe.each(['conflate', 'drop'])('policy %s', (policy) => {
  it.each(bounds)(
    'at the bound of %s: tells exactly what is left out, then gives the shared frames again',
    async (_, env) => {
      await withServer({ SLOW_CONSUMER_POLICY: policy, ...env }, async (server) => {
        const control = await openSubscribed(server);
        const slow = await openSubscribed(server);
        await slow.nextOf(TYPE.DATA_BATCH);
        slow.socket.pause();
        await eventually('ticks to be left out', async () => {
          return (await server.metrics()).value('tick_storm_omitted_ticks_total', { policy }) > 1_000;
        });
        const during = await server.metrics();
        expect(during.value('tick_storm_congested_connections')).toBeGreaterThanOrEqual(1);
        expect(during.value('tick_storm_conflated_connections') > 0).toBe(policy === 'conflate');
        expect(during.value('tick_storm_write_queue_bytes')).toBeLessThan(3_000_000);

        slow.send(heartbeatFrame(Date.now(), 77));
        slow.socket.resume();
        const isShared = ({ batchSequence, ticks }: BatchMessage): boolean => {
          const same = streamBatches(control).find((batch) => batch.batchSequence === batchSequence);
          return same?.ticks.length === ticks.length;
        };
        let recovered: BatchMessage[] = [];
        await slow.until(() => {
          recovered = streamBatches(slow).slice(-20);
          return (
            streamBatches(slow).some(({ omitted }) => omitted > 0) && recovered.every(({ omitted }) => omitted === 0)
          );
        }, 'twenty batches without an omission after some with one');
        await control.until(
          () => lastPosition(streamBatches(control)) >= lastPosition(streamBatches(slow)),
          'the control to follow',
        );

        const stream = symbolsOf(control);
        const live = streamBatches(slow);
        expectTold(live, stream);
        expect(recovered.every(isShared)).toBe(true);
        // All that the server counted is told, and no more; where the client falls behind again both go on rising.
        const counted = async (): Promise<number> =>
          (await server.metrics()).value('tick_storm_omitted_ticks_total', { policy });
        const told = (): number => streamBatches(slow).reduce((sum, batch) => sum + batch.omitted, 0);
        const least = await counted();
        await slow.until(() => told() >= least, 'all that the server counted to be told');
        const toldNow = told();
        expect(toldNow).toBeLessThanOrEqual(await counted());
        const pongs = slow.frames.filter(({ type }) => type === TYPE.PONG).map((pong) => pongOf(pong).sequence);
        expect(pongs).toEqual([77]);
        expect(slow.isClosed).toBe(false);
      });
    },
  );

  it('closes a client that takes nothing for the write deadline', async () => {
    await withServer(
      { SLOW_CONSUMER_POLICY: policy, WRITE_DEADLINE_MS: '500', MAX_WRITE_QUEUE_SIZE: '20' },
      async (server) => {
        const slow = await openSubscribed(server);
        await slow.nextOf(TYPE.DATA_BATCH);
        slow.socket.pause();
        await eventually('the server to give it up', async () => {
          return (await server.metrics()).value('tick_storm_errors_total', { error_code: 'RATE_LIMITED' }) === 1;
        });
        slow.socket.resume();
        await expectErrorAndClose(slow, 12);
        await eventually('the close to be counted', async () => {
          const metrics = await server.metrics();
          return metrics.value('tick_storm_connections_closed_total', { reason: 'write_deadline' }) === 1;
        });
      },
    );
  });

  it('closes a client whose answers alone are above the bound', async () => {
    await withServer({ SLOW_CONSUMER_POLICY: policy, MAX_WRITE_QUEUE_SIZE: '50' }, async (server) => {
      const slow = await openSubscribed(server);
      slow.socket.pause();
      let sequence = 0;
      await eventually('the server to give it up', async () => {
        if (!slow.isClosed) slow.send(...Array.from({ length: 200 }, () => heartbeatFrame(Date.now(), ++sequence)));
        const metrics = await server.metrics();
        return metrics.value('tick_storm_connections_closed_total', { reason: 'write_queue_frames' }) === 1;
      });
    });
  });
});

it('conflate leaves the last tick of each symbol', async () => {
  await withServer({ SLOW_CONSUMER_POLICY: 'conflate', MAX_WRITE_QUEUE_SIZE: '400' }, async (server) => {
    const control = await openSubscribed(server);
    const slow = await openSubscribed(server);
    await slow.nextOf(TYPE.DATA_BATCH);
    slow.socket.pause();
    await eventually('ticks to be left out', async () => {
      return (await server.metrics()).value('tick_storm_omitted_ticks_total') > 1_000;
    });
    slow.socket.resume();
    await slow.until(() => streamBatches(slow).some(({ omitted }) => omitted > 0), 'a batch with ticks left out');
    const conflated = streamBatches(slow).filter(({ omitted }) => omitted > 0);
    await control.until(() => lastPosition(streamBatches(control)) >= lastPosition(conflated), 'the control to follow');
    const stream = symbolsOf(control);
    for (const batch of conflated) {
      const sequences = sequencesOf(batch);
      const last = new Map<string, number>();
      for (const [position, symbol] of stream) if (position <= sequences.at(-1)!) last.set(symbol, position);
      // Of the symbols in it none has a later tick up to the end of the batch.
      for (const [at, sequence] of sequences.entries()) expect(last.get(batch.ticks[at]!.symbol)).toBe(sequence);
    }
  });
});
