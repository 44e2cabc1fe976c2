import type { Gap, GapReason } from './gap.ts';

/** A point in the numbered stream of one mode. */
export interface Position {
  epoch: string | undefined;
  /** The last tick at this point. */
  sequence: number | undefined;
}

/** What of a DATA_BATCH decides whether anything is missing; 0 and '' mean "not sent", as in proto3. */
export interface BatchHead {
  isSnapshot: boolean;
  batchSequence: number;
  epoch: string;
  /** The stream sequence of each tick; empty when the server does not number them. */
  sequences: readonly number[];
  previousSequence: number;
  omitted: number;
}

export interface Acceptance {
  /** How many of the batch's first ticks the consumer already has. */
  duplicates: number;
  gap: Gap | undefined;
}

/**
 * Where a consumer stands in the stream, over all connections of a client, and what it has missed.
 * Nothing is missing if and only if, within an epoch, each batch's `previous_sequence` is at most the
 * last sequence that the consumer has, and `omitted` is 0 (wire contract §6).
 */
export class StreamPosition {
  readonly #takesAllSymbols: boolean;
  #epoch: string | undefined;
  #sequence: number | undefined;
  /** The last number within the connection; the only clue that a server of the original protocol gives. */
  #batchSequence: number | undefined;
  #hasBatch = false;
  /** Until the first live batch of a connection that is not the first. */
  #isReconnected = false;

  /** @param takesAllSymbols then the count of missing ticks follows from their range */
  constructor(takesAllSymbols: boolean) {
    this.#takesAllSymbols = takesAllSymbols;
  }

  get position(): Position {
    return { epoch: this.#epoch, sequence: this.#sequence };
  }

  /**
   * A connection's subscription took effect.
   * @param start the last tick published before; unknown from a server of the original protocol
   * @returns a gap when the new numbering does not continue the old one
   */
  begin(start: Position): Gap | undefined {
    this.#batchSequence = undefined;
    this.#isReconnected = this.#sequence !== undefined || this.#hasBatch;
    const gap = this.#enterEpoch(start.epoch);
    this.#sequence ??= start.sequence;
    return gap;
  }

  /** Takes a batch into account. */
  accept(batch: BatchHead): Acceptance {
    const expectedBatch = this.#batchSequence === undefined ? undefined : this.#batchSequence + 1;
    this.#batchSequence = batch.batchSequence;
    this.#hasBatch = true;
    if (batch.isSnapshot) return { duplicates: 0, gap: this.#enterEpoch(batch.epoch || undefined) };
    const wasReconnected = this.#isReconnected;
    this.#isReconnected = false;
    const last = batch.sequences.at(-1);
    if (last === undefined) {
      const isBroken = expectedBatch !== undefined && batch.batchSequence !== expectedBatch;
      return {
        duplicates: 0,
        gap: wasReconnected || isBroken ? unknownGap(wasReconnected ? 'reconnect' : 'loss') : undefined,
      };
    }
    const epochGap = this.#enterEpoch(batch.epoch || undefined);
    const had = this.#sequence ?? batch.previousSequence;
    const duplicates = batch.sequences.filter((sequence) => sequence <= had).length;
    const gap = epochGap ?? this.#chainGap(batch, had, last, wasReconnected);
    this.#sequence = Math.max(had, last);
    return { duplicates, gap };
  }

  #chainGap(batch: BatchHead, had: number, last: number, wasReconnected: boolean): Gap | undefined {
    const isBroken = batch.previousSequence > had;
    if (batch.omitted > 0) {
      return {
        reason: 'omitted',
        epoch: this.#epoch,
        fromSequence: had + 1,
        toSequence: last - 1,
        // What passed before a new connection was not left out for slowness: then only the range is sure.
        missingTicks: wasReconnected && isBroken ? undefined : batch.omitted,
      };
    }
    if (!isBroken) return undefined;
    return {
      reason: wasReconnected ? 'reconnect' : 'loss',
      epoch: this.#epoch,
      fromSequence: had + 1,
      toSequence: batch.previousSequence,
      missingTicks: this.#takesAllSymbols ? batch.previousSequence - had : undefined,
    };
  }

  #enterEpoch(epoch: string | undefined): Gap | undefined {
    if (epoch === undefined || epoch === this.#epoch) return undefined;
    const isAnother = this.#epoch !== undefined;
    this.#epoch = epoch;
    if (!isAnother) return undefined;
    this.#sequence = undefined;
    return { ...unknownGap('epoch'), epoch };
  }
}

function unknownGap(reason: GapReason): Gap {
  return { reason, epoch: undefined, fromSequence: undefined, toSequence: undefined, missingTicks: undefined };
}
