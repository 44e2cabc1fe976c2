import { MAX_BATCH_TICK_BYTES } from '@tick-storm/protocol';

const BATCH_SEQUENCE_RANGE = 2 ** 32;

/** The n-th number from one on; they are 32 bits wide. */
export function batchSequenceAfter(batchSequence: number, n: number): number {
  return (batchSequence + n + BATCH_SEQUENCE_RANGE) % BATCH_SEQUENCE_RANGE;
}

/**
 * Where a batch that begins at `from` must end.
 * @param ticks encoded ticks
 * @param maxBytes of these ticks together; a larger one still gets a batch of its own
 * @returns one past its last tick
 */
export function batchEnd(
  ticks: readonly Buffer[],
  from: number,
  maxTicks: number,
  maxBytes: number = MAX_BATCH_TICK_BYTES,
): number {
  let bytes = 0;
  let to = from;
  while (to < ticks.length && to - from < maxTicks) {
    bytes += ticks[to]!.length;
    if (bytes > maxBytes && to > from) break;
    to++;
  }
  return to;
}

/** Steps between positions; empty when all are 1, as the protocol has it. */
export function sequenceDeltas(sequences: readonly number[]): number[] {
  const deltas = sequences.slice(1).map((sequence, index) => sequence - sequences[index]!);
  return deltas.every((delta) => delta === 1) ? [] : deltas;
}
