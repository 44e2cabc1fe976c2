import { SubscriptionMode, type DataBatch } from '@tick-storm/protocol';
import type { Mode, Tick } from './tick.ts';

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
  const sequences: number[] = [];
  if (batch.isSnapshot || batch.streamSequence === 0) return sequences;
  const { ticks, sequenceDeltas } = batch;
  if (sequenceDeltas.length !== 0 && sequenceDeltas.length !== ticks.length - 1) {
    throw new RangeError(`a batch of ${ticks.length} ticks has ${sequenceDeltas.length} sequence_deltas`);
  }
  let sequence = batch.streamSequence;
  for (let index = 0; index < ticks.length; index += 1) {
    if (index > 0) sequence += sequenceDeltas[index - 1] ?? 1;
    sequences.push(sequence);
  }
  return sequences;
}

/**
 * A batch's ticks as the consumer gets them.
 * @param sequences as `sequencesOf` gives them
 * @param epoch the numbering of the sequences
 * @param mode the subscription's, for a tick that carries none that is known
 * @param from how many of the first ticks to leave out
 */
export function ticksOf(
  { ticks: wireTicks, isSnapshot }: DataBatch,
  sequences: readonly number[],
  epoch: string | undefined,
  mode: Mode,
  from: number,
): Tick[] {
  const ticks: Tick[] = [];
  for (let index = from; index < wireTicks.length; index += 1) {
    const tick = wireTicks[index]!;
    // Field by field: this is done for every tick, and copying an object as a whole takes several times as long.
    ticks.push({
      symbol: tick.symbol,
      timestampMs: tick.timestampMs,
      price: tick.price,
      volume: tick.volume,
      bid: tick.bid,
      ask: tick.ask,
      bidSize: tick.bidSize,
      askSize: tick.askSize,
      mode: modeName(tick.mode) ?? mode,
      metadata: tick.metadata,
      sequence: sequences[index],
      epoch,
      isSnapshot,
    });
  }
  return ticks;
}

function modeName(number: number): Mode | undefined {
  if (number === SubscriptionMode.SECOND) return 'second';
  return number === SubscriptionMode.MINUTE ? 'minute' : undefined;
}
