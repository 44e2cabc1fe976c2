import { expect } from '@jest/globals';
import { batchOf, sequencesOf, type BatchMessage, type TickMessage } from './messages.ts';
import type { RawConnection } from './raw-connection.ts';
import { TYPE, type RawFrame } from './raw-frame.ts';

const decoded = new WeakMap<RawFrame, BatchMessage>();

/** Decodes each DATA_BATCH once, because the same ones are asked for again and again. */
function batchIn(frame: RawFrame): BatchMessage {
  const batch = decoded.get(frame) ?? batchOf(frame);
  decoded.set(frame, batch);
  return batch;
}

/** Every DATA_BATCH so far that is no snapshot. */
export function streamBatches(connection: RawConnection): BatchMessage[] {
  const batches = connection.frames.filter(({ type }) => type === TYPE.DATA_BATCH).map(batchIn);
  return batches.filter(({ isSnapshot }) => !isSnapshot);
}

/** The ticks so far by position. @throws Error when one came twice or out of order */
export function streamTicks(connection: RawConnection): Map<number, TickMessage> {
  const ticks = new Map<number, TickMessage>();
  let last = 0;
  for (const batch of streamBatches(connection)) {
    for (const [index, sequence] of sequencesOf(batch).entries()) {
      if (sequence <= last) throw new Error(`position ${sequence} came after ${last}`);
      last = sequence;
      ticks.set(sequence, batch.ticks[index]!);
    }
  }
  return ticks;
}

/** The last position so far; 0 = none. */
export function lastSequence(connection: RawConnection): number {
  const frame = connection.frames.findLast(({ type }) => type === TYPE.DATA_BATCH);
  const batch = frame && batchIn(frame);
  return batch && !batch.isSnapshot ? sequencesOf(batch).at(-1)! : 0;
}

/** Waits until a connection has had a position, or a later one. */
export function untilSequence(connection: RawConnection, sequence: number): Promise<void> {
  return connection.until(() => lastSequence(connection) >= sequence, `position ${sequence}`);
}

/** No snapshot, one chain, nothing omitted, the epoch once, and batch numbers that jump once at most. */
export function expectResumed(connection: RawConnection): void {
  const all = connection.frames.filter(({ type }) => type === TYPE.DATA_BATCH).map(batchIn);
  expect(all.filter(({ isSnapshot, omitted }) => isSnapshot || omitted > 0)).toEqual([]);
  expect(all.map(({ epoch }) => epoch !== '')).toEqual(all.map((_, index) => index === 0));
  let jumps = 0;
  for (const [index, batch] of all.entries()) {
    const before = all[index - 1];
    if (!before) continue;
    expect(batch.previousSequence).toBe(sequencesOf(before).at(-1));
    if (batch.batchSequence !== before.batchSequence + 1) jumps += 1;
  }
  expect(jumps).toBeLessThanOrEqual(1);
}
