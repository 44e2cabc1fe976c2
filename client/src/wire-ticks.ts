import { SubscriptionMode, type DataBatch } from '@tick-storm/protocol';
import type { Mode, Tick } from './tick.ts';

const modeNames: ReadonlyMap<number, Mode> = new Map([
  [SubscriptionMode.SECOND, 'second'],
  [SubscriptionMode.MINUTE, 'minute'],
]);

/** The mode's number on the wire. */
export function modeNumber(mode: Mode): SubscriptionMode {
  return mode === 'second' ? SubscriptionMode.SECOND : SubscriptionMode.MINUTE;
}

/**
 * The stream sequence of each tick of a live batch.
 * @returns an empty array for snapshots and from a server that does not number its ticks
 * @throws RangeError when the batch's deltas do not fit its ticks
 */
export function sequencesOf(batch: DataBatch): number[] {
  if (batch.isSnapshot || batch.streamSequence === 0) return [];
  const { ticks, sequenceDeltas } = batch;
  if (sequenceDeltas.length !== 0 && sequenceDeltas.length !== ticks.length - 1) {
    throw new RangeError(`a batch of ${ticks.length} ticks has ${sequenceDeltas.length} sequence_deltas`);
  }
  let sequence = batch.streamSequence;
  return ticks.map((_, index) => {
    if (index > 0) sequence += sequenceDeltas[index - 1] ?? 1;
    return sequence;
  });
}

/**
 * A batch's ticks as the consumer gets them.
 * @param sequences as `sequencesOf` gives them
 * @param epoch the numbering of the sequences
 * @param mode the subscription's, for a tick that carries none that is known
 */
export function ticksOf(batch: DataBatch, sequences: readonly number[], epoch: string | undefined, mode: Mode): Tick[] {
  return batch.ticks.map((tick, index) => ({
    ...tick,
    mode: modeNames.get(tick.mode) ?? mode,
    sequence: sequences[index],
    epoch,
    isSnapshot: batch.isSnapshot,
  }));
}
