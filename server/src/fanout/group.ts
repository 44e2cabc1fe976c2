import type { DataBatchFields } from '@tick-storm/protocol';
import { encodeDataBatchFrame } from '@tick-storm/protocol';
import type { SequencedTick, StreamMode } from '../feeds/feed.ts';
import { batchEnd, batchSequenceAfter, sequenceDeltas } from './batch.ts';
import type { EncodeObserver } from './encode-observer.ts';
import type { Outlet } from './outlet.ts';
import type { SymbolFilter } from './symbol-filter.ts';

/** One or more batches of a flush. */
export interface GroupFrame {
  frame: Buffer;
  /** Empty unless some members get their first batch. */
  frameWithEpoch: Buffer;
}

/** A snapshot's n frames take the n numbers before the next live batch: a group begins above what that can need. */
const FIRST_LIVE_BATCH_SEQUENCE = 1_001;

const nothing = Buffer.alloc(0);

/** All subscriptions with the same mode and filter: each batch is encoded once for them. */
export class Group {
  readonly id: number;
  readonly mode: StreamMode;
  readonly filter: SymbolFilter;
  /** Members per outlet. */
  readonly members: Map<Outlet, number> = new Map();
  /** The symbols that match, of those that the stream has had so far. */
  readonly symbols: Set<string> = new Set();
  /** Position of the last matching tick before the next batch; 0 = none since the epoch began. */
  previousSequence = 0;
  nextBatchSequence: number = FIRST_LIVE_BATCH_SEQUENCE;
  /** Some members have had no batch yet, so the next one must be had with the epoch too. */
  isEpochAwaited = false;
  /** Ticks of the flush that is being made. */
  readonly #ticks: Buffer[] = [];
  readonly #sequences: number[] = [];
  /** Where ticks were left out of it: before which one, how many, and the position of the last of them. */
  readonly #gaps: Map<number, { omitted: number; last: number }> = new Map();
  /** Left out since the last one that was added; the last of them apart, as it may be sent after all. */
  #omitted = 0;
  #lastOmitted: SequencedTick | undefined;
  #beforeLastOmitted = 0;

  constructor(id: number, mode: StreamMode, filter: SymbolFilter) {
    this.id = id;
    this.mode = mode;
    this.filter = filter;
  }

  /** Neither {@link add} nor {@link leaveOut} was called since the last flush. */
  get isUntouched(): boolean {
    return this.#ticks.length === 0 && this.#omitted === 0;
  }

  /** Adds a tick to the flush that is being made. */
  add(encodedTick: Buffer, sequence: number): void {
    if (this.#lastOmitted) this.#closeGap(this.#omitted, this.#lastOmitted.sequence);
    this.#ticks.push(encodedTick);
    this.#sequences.push(sequence);
  }

  /** Leaves a tick out of the flush that is being made. */
  leaveOut(item: SequencedTick): void {
    this.#omitted++;
    this.#beforeLastOmitted = this.#lastOmitted?.sequence ?? 0;
    this.#lastOmitted = item;
  }

  /**
   * Sends the last tick that was left out if none comes after it: what is missing is told with the flush in which it
   * is, to exactly those that were members then.
   */
  keepLast(encode: (item: SequencedTick) => Buffer): void {
    const last = this.#lastOmitted;
    if (!last) return;
    this.#closeGap(this.#omitted - 1, this.#beforeLastOmitted);
    this.add(encode(last), last.sequence);
  }

  #closeGap(omitted: number, last: number): void {
    if (omitted > 0) this.#gaps.set(this.#ticks.length, { omitted, last });
    this.#omitted = 0;
    this.#lastOmitted = undefined;
  }

  /** Encodes what was added, in as many frames as the limits need. */
  flush(nowMs: number, epoch: string, maxTicks: number, observer: EncodeObserver): GroupFrame[] {
    const frames: GroupFrame[] = [];
    let from = 0;
    while (from < this.#ticks.length) {
      const to = batchEnd(this.#ticks, from, maxTicks);
      const sequences = this.#sequences.slice(from, to);
      const omitted = this.#omittedIn(from, to);
      // A number that nobody gets shows by itself that something is missing.
      if (omitted > 0) this.nextBatchSequence = batchSequenceAfter(this.nextBatchSequence, 1);
      const fields: DataBatchFields = {
        batchTimestampMs: nowMs,
        batchSequence: this.nextBatchSequence,
        streamSequence: sequences[0] ?? 0,
        sequenceDeltas: sequenceDeltas(sequences),
        previousSequence: this.#gaps.get(from)?.last ?? this.previousSequence,
        omitted,
      };
      const ticks = this.#ticks.slice(from, to);
      const frame = encodeDataBatchFrame(ticks, fields);
      const frameWithEpoch = this.isEpochAwaited ? encodeDataBatchFrame(ticks, { ...fields, epoch }) : nothing;
      frames.push({ frame, frameWithEpoch });
      observer.onBatch(ticks.length, frame.length);
      this.isEpochAwaited = false;
      this.nextBatchSequence = batchSequenceAfter(this.nextBatchSequence, 1);
      this.previousSequence = sequences.at(-1) ?? this.previousSequence;
      from = to;
    }
    this.#ticks.length = 0;
    this.#sequences.length = 0;
    this.#gaps.clear();
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
      const first = index === 0 ? { epoch } : {};
      return encodeDataBatchFrame(ticks.slice(cuts[index], end), {
        batchTimestampMs: nowMs,
        batchSequence: batchSequenceAfter(this.nextBatchSequence, index - count),
        isSnapshot: true,
        streamSequence,
        ...first,
      });
    });
  }

  #omittedIn(from: number, to: number): number {
    let sum = 0;
    for (const [index, { omitted }] of this.#gaps) if (index >= from && index < to) sum += omitted;
    return sum;
  }
}
