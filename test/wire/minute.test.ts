import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { closeAll, openSubscribed } from './clients.ts';
import { batchOf, MINUTE, SECOND, sequencesOf, type BatchMessage, type TickMessage } from './messages.ts';
import type { RawConnection } from './raw-connection.ts';
import { TYPE } from './raw-frame.ts';
import { ServerProcess } from './server-process.ts';

const SYMBOLS = ['AAPL', 'AMD', 'MSFT'];
const MINUTE_MS = 60_000;

let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start({ FEED_SYMBOLS: SYMBOLS.join(',') });
});
afterEach(closeAll);
afterAll(() => server.stop());

function batches(connection: RawConnection): BatchMessage[] {
  return connection.frames.filter(({ type }) => type === TYPE.DATA_BATCH).map(batchOf);
}

describe('MINUTE', () => {
  it('starts with a snapshot: the last closing tick of each symbol', async () => {
    const connection = await openSubscribed(server, { mode: MINUTE });
    const snapshot = batchOf(await connection.nextOf(TYPE.DATA_BATCH));
    expect(snapshot.isSnapshot).toBe(true);
    expect(snapshot.ticks.map(({ symbol }) => symbol).sort()).toEqual(SYMBOLS);
    for (const tick of snapshot.ticks) {
      expect(tick.mode).toBe(MINUTE);
      expect(tick.timestampMs).toBeGreaterThan(Date.now() - 3 * MINUTE_MS);
    }
  });

  it('brings, when the minute ends, each symbol’s last tick in it, numbered as a stream of its own', async () => {
    const minute = await openSubscribed(server, { mode: MINUTE });
    const second = await openSubscribed(server, { mode: SECOND });
    const boundaryMs = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS;
    // The guard of a wait is shorter than a minute, so sleep first: nothing can be observed before.
    await pause(Math.max(0, boundaryMs - Date.now() - 5_000));
    // Another minute may have ended since the subscription.
    const bars = (): TickMessage[] =>
      batches(minute)
        .flatMap(live)
        .filter(({ timestampMs }) => timestampMs >= boundaryMs - MINUTE_MS);
    await minute.until(() => bars().length >= SYMBOLS.length, 'the closing ticks');
    await second.until(
      () => batches(second).some(({ ticks }) => ticks.some((tick) => tick.timestampMs > boundaryMs)),
      'the next minute',
    );

    const closing = new Map<string, TickMessage>();
    for (const tick of batches(second).flatMap(({ ticks }) => ticks))
      if (tick.timestampMs < boundaryMs) closing.set(tick.symbol, tick);
    expect(bars()).toEqual(SYMBOLS.map((symbol) => ({ ...closing.get(symbol), mode: MINUTE })));

    const liveBatches = batches(minute).filter(({ isSnapshot }) => !isSnapshot);
    const sequences = liveBatches.flatMap(sequencesOf);
    expect(sequences).toEqual(sequences.map((_, index) => sequences[0]! + index));
    expect(liveBatches[0]!.previousSequence).toBe(sequences[0]! - 1);
    expect(sequences.at(-1)! % SYMBOLS.length).toBe(0);
  }, 100_000);
});

function live(batch: BatchMessage): TickMessage[] {
  return batch.isSnapshot ? [] : batch.ticks;
}
