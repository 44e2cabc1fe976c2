import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { closeAll, expectCurrent, openAuthenticated, openSubscribed } from './clients.ts';
import { ackOf, batchOf, sequencesOf, type BatchMessage } from './messages.ts';
import type { RawConnection } from './raw-connection.ts';
import { TYPE } from './raw-frame.ts';
import { ServerProcess } from './server-process.ts';

let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start({ FEED_TICK_INTERVAL_MS: '40' });
});
afterEach(closeAll);
afterAll(() => server.stop());

/** The next `count` live batches; snapshots before them go to `snapshots`. */
async function liveBatches(
  connection: RawConnection,
  count: number,
  snapshots: BatchMessage[] = [],
): Promise<BatchMessage[]> {
  const live: BatchMessage[] = [];
  while (live.length < count) {
    const batch = batchOf(await connection.nextOf(TYPE.DATA_BATCH));
    (batch.isSnapshot ? snapshots : live).push(batch);
  }
  return live;
}

function expectChain(batches: readonly BatchMessage[]): void {
  for (const [index, batch] of batches.entries()) {
    const sequences = sequencesOf(batch);
    expect(sequences.every((sequence, at) => at === 0 || sequence > sequences[at - 1]!)).toBe(true);
    if (index > 0) expect(batch.previousSequence).toBe(sequencesOf(batches[index - 1]!).at(-1));
  }
}

describe('DATA_BATCH', () => {
  it('has valid ticks, current times and the subscription’s mode', async () => {
    const connection = await openSubscribed(server);
    for (const batch of await liveBatches(connection, 30)) {
      expect(batch.ticks.length).toBeGreaterThanOrEqual(1);
      expect(batch.ticks.length).toBeLessThanOrEqual(100);
      expect(batch.omitted).toBe(0);
      expectCurrent(batch.batchTimestampMs);
      for (const tick of batch.ticks) {
        expect(tick.symbol).toMatch(/^[A-Z0-9._-]{1,16}$/);
        expect(tick.price).toBeGreaterThanOrEqual(0.0001);
        expect(tick.price).toBeLessThanOrEqual(1_000_000);
        expect(tick.volume).toBeGreaterThanOrEqual(0);
        expect(tick.volume).toBeLessThanOrEqual(1_000_000_000);
        expect(tick.bid).toBeLessThanOrEqual(tick.ask);
        expect(tick.mode).toBe(1);
        expectCurrent(tick.timestampMs);
        expect(tick.timestampMs).toBeLessThanOrEqual(batch.batchTimestampMs);
      }
    }
  });

  it('numbers batches by exactly one, snapshots included', async () => {
    const snapshots: BatchMessage[] = [];
    const live = await liveBatches(await openSubscribed(server), 30, snapshots);
    const numbers = [...snapshots, ...live].map(({ batchSequence }) => batchSequence);
    expect(numbers).toEqual(numbers.map((_, index) => numbers[0]! + index));
    expect(numbers[0]).toBeGreaterThanOrEqual(1);
  });

  it('numbers the ticks of the full stream without gaps, and chains the batches', async () => {
    const live = await liveBatches(await openSubscribed(server), 30);
    const sequences = live.flatMap(sequencesOf);
    expect(sequences).toEqual(sequences.map((_, index) => sequences[0]! + index));
    expectChain(live);
    expect(live[0]!.previousSequence).toBe(sequences[0]! - 1);
  });

  it('continues exactly where the ACK of the subscription says that it stood', async () => {
    const connection = await openAuthenticated(server);
    const { metadata } = ackOf(await connection.subscribe({ mode: 1 }));
    const [first] = await liveBatches(connection, 1);
    expect(first!.previousSequence).toBe(Number(metadata['stream_sequence']));
  });

  it('names the epoch in the first batch of a connection only', async () => {
    const connection = await openAuthenticated(server);
    const { metadata } = ackOf(await connection.subscribe({ mode: 1 }));
    const all: BatchMessage[] = [];
    all.push(...(await liveBatches(connection, 10, all)));
    expect(all.map(({ epoch }) => epoch)).toEqual([
      metadata['epoch'],
      ...Array.from({ length: all.length - 1 }, () => ''),
    ]);
  });

  it('chains the batches of a filtered stream over the ticks of other symbols', async () => {
    const filtered = await openSubscribed(server, { symbols: ['AAPL', 'V'] });
    const full = await openSubscribed(server);
    const filteredLive = await liveBatches(filtered, 20);
    expectChain(filteredLive);
    expect(filteredLive.some((batch, index) => index > 0 && batch.streamSequence - batch.previousSequence > 1)).toBe(
      true,
    );

    const known = new Map<number, string>();
    for (const batch of await liveBatches(full, 60)) {
      for (const [index, sequence] of sequencesOf(batch).entries())
        known.set(sequence, JSON.stringify(batch.ticks[index]));
    }
    const compared = filteredLive.flatMap((batch) =>
      sequencesOf(batch).flatMap((sequence, index) => {
        const same = known.get(sequence);
        return same === undefined ? [] : [same === JSON.stringify(batch.ticks[index])];
      }),
    );
    expect(compared.length).toBeGreaterThan(10);
    expect(compared).not.toContain(false);
  });

  it('starts with a snapshot: the last tick of every symbol, as of the position where the stream begins', async () => {
    const snapshots: BatchMessage[] = [];
    const [first] = await liveBatches(await openSubscribed(server), 1, snapshots);
    expect(snapshots.flatMap(({ ticks }) => ticks.map(({ symbol }) => symbol)).sort()).toHaveLength(20);
    expect(new Set(snapshots.flatMap(({ ticks }) => ticks.map(({ symbol }) => symbol))).size).toBe(20);
    for (const snapshot of snapshots) {
      expect(snapshot.streamSequence).toBe(first!.previousSequence);
      expect([snapshot.sequenceDeltas, snapshot.previousSequence]).toEqual([[], 0]);
      expectCurrent(snapshot.batchTimestampMs);
    }
  });

  it('never holds more than MAX_BATCH_SIZE ticks', async () => {
    const small = await ServerProcess.start({ MAX_BATCH_SIZE: '3', BATCH_WINDOW_MS: '200' });
    try {
      const live = await liveBatches(await openSubscribed(small), 30);
      expect(Math.max(...live.map(({ ticks }) => ticks.length))).toBe(3);
      expectChain(live);
    } finally {
      await small.stop();
    }
  });
});
