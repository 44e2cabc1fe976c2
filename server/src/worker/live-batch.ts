import type { EncodedTick } from '@tick-storm/protocol';
import { encodeDataBatchFrame, splitDataBatchFrame } from '@tick-storm/protocol';

/** A tick in its place: its position, and that of the tick before it which matches the subscription. */
export interface PlacedTick extends EncodedTick {
  readonly sequence: number;
  /** 0 = none since the epoch began. */
  readonly previousSequence: number;
  /** Ticks of the stream that were left out between the one before it in this connection's stream and it. */
  readonly omitted: number;
}

/** One DATA_BATCH of a stream, taken apart, so that ticks can be left out of it for one connection. */
export interface LiveBatch {
  readonly ticks: readonly PlacedTick[];
  readonly batchSequence: number;
  /** Empty unless it is the first one of a connection. */
  readonly epoch: string;
  /** The frame as it is shared; undefined = must be encoded. */
  readonly frame: Buffer | undefined;
}

/** What was left out and is still to be told, by the next batch. */
export interface Debt {
  readonly omitted: number;
  readonly epoch: string;
}

export const noDebt: Debt = { omitted: 0, epoch: '' };

/** Takes a shared DATA_BATCH frame apart. */
export function readLiveBatch(frame: Buffer): LiveBatch {
  const { ticks, fields } = splitDataBatchFrame(frame);
  let { previousSequence, streamSequence: sequence } = fields;
  const placed = ticks.map((tick, index): PlacedTick => {
    if (index > 0) {
      previousSequence = sequence;
      sequence += fields.sequenceDeltas[index - 1] ?? 1;
    }
    // Of what the stream left out for everybody it is known only for the batch.
    return { ...tick, sequence, previousSequence, omitted: index === 0 ? fields.omitted : 0 };
  });
  return { ticks: placed, batchSequence: fields.batchSequence, epoch: fields.epoch, frame };
}

/** The same batch, telling of what was left out before it too. */
export function withDebt(batch: LiveBatch, debt: Debt): LiveBatch {
  const [first, ...others] = batch.ticks;
  if (!first || (debt.omitted === 0 && debt.epoch === '')) return batch;
  const ticks = [{ ...first, omitted: first.omitted + debt.omitted }, ...others];
  return { ...batch, ticks, epoch: debt.epoch || batch.epoch, frame: undefined };
}

/** What is owed when a whole batch is left out after others. */
export function debtWithout({ ticks, epoch }: LiveBatch, before: Debt): Debt {
  return { omitted: before.omitted + ticks.length + omittedIn(ticks), epoch: before.epoch || epoch };
}

/** @param nowMs unix ms, for a frame that is not shared */
export function encodeLiveBatch({ ticks, batchSequence, epoch, frame }: LiveBatch, nowMs: number): Buffer {
  if (frame) return frame;
  const deltas = ticks.slice(1).map((tick, index) => tick.sequence - ticks[index]!.sequence);
  return encodeDataBatchFrame(
    ticks.map(({ bytes }) => bytes),
    {
      batchTimestampMs: nowMs,
      batchSequence,
      streamSequence: ticks[0]?.sequence ?? 0,
      epoch,
      // All 1 is said by saying nothing.
      sequenceDeltas: deltas.every((delta) => delta === 1) ? [] : deltas,
      previousSequence: ticks[0]?.previousSequence ?? 0,
      omitted: omittedIn(ticks),
    },
  );
}

/** Bytes that a batch keeps waiting; about, when it is yet to be encoded. */
export function liveBatchBytes({ frame, ticks }: LiveBatch): number {
  return frame ? frame.length : ticks.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

function omittedIn(ticks: readonly PlacedTick[]): number {
  return ticks.reduce((sum, { omitted }) => sum + omitted, 0);
}
