import type { DataBatchFields } from '@tick-storm/protocol';
import { encodeDataBatchFrame, MAX_BATCH_TICK_BYTES } from '@tick-storm/protocol';
import type { StreamMode } from '../feeds/feed.ts';
import type { Outlet } from './outlet.ts';
import type { SymbolFilter } from './symbol-filter.ts';

/** Batches of one flush, for one group. */
export interface GroupFrame {
  frame: Buffer;
  /** Empty unless some members get their first batch. */
  frameWithEpoch: Buffer;
}

/** A snapshot's n frames take the n numbers before the next live batch: a group begins above what that can need. */
const FIRST_LIVE_BATCH_SEQUENCE = 1_001;
const BATCH_SEQUENCE_RANGE = 2 ** 32;

const nothing = Buffer.alloc(0);

/** All subscriptions with the same mode and filter: each batch is encoded once for them. */
export class Group {
  readonly id: number;
  readonly mode: StreamMode;
  readonly filter: SymbolFilter;
  /** Members per outlet. */
  readonly members: Map<Outlet, number> = new Map();
  /** Position of the last tick that was sent or that a snapshot stood for; 0 = none since the epoch began. */
  previousSequence: number;
  nextBatchSequence: number = FIRST_LIVE_BATCH_SEQUENCE;
  /** Some members have had no batch yet, so the next one must be had with the epoch too. */
  isEpochAwaited = false;
  /** Ticks of the flush that is being made. */
  readonly #ticks: Buffer[] = [];
  readonly #sequences: number[] = [];

  constructor(id: number, mode: StreamMode, filter: SymbolFilter, previousSequence: number) {
    this.id = id;
    this.mode = mode;
    this.filter = filter;
    this.previousSequence = previousSequence;
  }

  /** Adds a tick to the flush that is being made. @returns true when it is the first one */
  add(encodedTick: Buffer, sequence: number): boolean {
    this.#ticks.push(encodedTick);
    return this.#sequences.push(sequence) === 1;
  }

  /** Encodes what was added, in as many frames as the limits need. */
  flush(nowMs: number, epoch: string, maxTicks: number): GroupFrame[] {
    const frames: GroupFrame[] = [];
    let from = 0;
    while (from < this.#ticks.length) {
      const to = batchEnd(this.#ticks, from, maxTicks);
      const sequences = this.#sequences.slice(from, to);
      const fields: DataBatchFields = {
        batchTimestampMs: nowMs,
        batchSequence: this.nextBatchSequence,
        streamSequence: sequences[0] ?? 0,
        sequenceDeltas: sequenceDeltas(sequences),
        previousSequence: this.previousSequence,
      };
      const ticks = this.#ticks.slice(from, to);
      const frame = encodeDataBatchFrame(ticks, fields);
      const frameWithEpoch = this.isEpochAwaited ? encodeDataBatchFrame(ticks, { ...fields, epoch }) : nothing;
      frames.push({ frame, frameWithEpoch });
      this.isEpochAwaited = false;
      this.nextBatchSequence = (this.nextBatchSequence + 1) % BATCH_SEQUENCE_RANGE;
      this.previousSequence = sequences.at(-1) ?? this.previousSequence;
      from = to;
    }
    this.#ticks.length = 0;
    this.#sequences.length = 0;
    return frames;
  }

  /**
   * Encodes the frames that a new member gets first.
   * @param ticks the last tick per symbol, encoded
   * @param streamSequence the position that they reflect
   */
  snapshot(ticks: readonly Buffer[], nowMs: number, streamSequence: number, epoch: string, maxTicks: number): Buffer[] {
    const cuts = [0];
    while (cuts.at(-1)! < ticks.length) cuts.push(batchEnd(ticks, cuts.at(-1)!, maxTicks));
    const count = cuts.length - 1;
    return cuts.slice(1).map((end, index) => {
      const number = this.nextBatchSequence - count + index;
      const first = index === 0 ? { epoch } : {};
      return encodeDataBatchFrame(ticks.slice(cuts[index], end), {
        batchTimestampMs: nowMs,
        batchSequence: (number + BATCH_SEQUENCE_RANGE) % BATCH_SEQUENCE_RANGE,
        isSnapshot: true,
        streamSequence,
        ...first,
      });
    });
  }
}

/** One past the last tick that still fits in a batch that begins at `from`. */
function batchEnd(ticks: readonly Buffer[], from: number, maxTicks: number): number {
  let bytes = 0;
  let to = from;
  while (to < ticks.length && to - from < maxTicks) {
    bytes += ticks[to]!.length;
    if (bytes > MAX_BATCH_TICK_BYTES && to > from) break;
    to++;
  }
  return to;
}

/** Steps between positions; empty when all are 1, as the protocol has it. */
function sequenceDeltas(sequences: readonly number[]): number[] {
  const deltas = sequences.slice(1).map((sequence, index) => sequence - sequences[index]!);
  return deltas.every((delta) => delta === 1) ? [] : deltas;
}
