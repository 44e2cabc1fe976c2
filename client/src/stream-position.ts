import type { Gap, GapReason } from './gap.ts';
import type { Position } from './position.ts';

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
 * How a connection entered the stream, and so why ticks would be missing before its first live batch:
 * - `live`: where the stream is, whatever the consumer has
 * - `resumed`: right behind the consumer's position
 * - `declined`: as early as the server can, because the consumer's position is not to be had
 */
export type Entrance = 'live' | 'resumed' | 'declined';

const REASONS: Readonly<Record<Entrance, GapReason>> = { live: 'reconnect', resumed: 'loss', declined: 'history' };

/**
 * Where a consumer stands in the stream, over all connections of a client, and what it has missed.
 * Nothing is missing if and only if, within an epoch, each batch's `previous_sequence` is at most the
 * last sequence that the consumer has, and `omitted` is 0 (wire contract §6).
 */
export class StreamPosition {
  readonly #takesAllSymbols: boolean;
  #epoch: string | undefined;
  #sequence: number | undefined;
  /** The position binds: the consumer named it, or has got something. Before, a subscription may begin anywhere. */
  #isBinding: boolean;
  /** The last number within the connection; the only clue that a server of the original protocol gives. */
  #batchSequence: number | undefined;
  /** Until the first live batch of a connection that is to continue another one. */
  #entrance: Entrance | undefined;

  /**
   * @param takesAllSymbols then the count of missing ticks follows from their range
   * @param from what the consumer has already, from before this client
   */
  constructor(takesAllSymbols: boolean, from: Position | undefined) {
    this.#takesAllSymbols = takesAllSymbols;
    this.#epoch = from?.epoch;
    this.#sequence = from?.sequence;
    this.#isBinding = from !== undefined;
  }

  get position(): Position {
    return { epoch: this.#epoch, sequence: this.#sequence };
  }

  /** Where to go on; undefined as long as the subscription may begin anywhere. */
  get resumePoint(): { epoch: string; sequence: number } | undefined {
    const epoch = this.#epoch;
    const sequence = this.#sequence;
    return this.#isBinding && epoch !== undefined && sequence !== undefined ? { epoch, sequence } : undefined;
  }

  /**
   * A connection's subscription took effect.
   * @param start the position that its stream follows; unknown from a server of the original protocol
   * @returns a gap when it is certain before the first batch
   */
  begin(start: Position, entrance: Entrance): Gap | undefined {
    this.#batchSequence = undefined;
    this.#entrance = this.#isBinding ? entrance : undefined;
    if (!this.#isBinding) {
      this.#epoch = start.epoch;
      this.#sequence = start.sequence;
      if (entrance !== 'declined') return undefined;
      return { ...unknownGap('history'), epoch: start.epoch, toSequence: start.sequence };
    }
    const gap = this.#enterEpoch(start);
    this.#sequence ??= start.sequence;
    return gap;
  }

  /** Takes a batch into account. */
  accept(batch: BatchHead): Acceptance {
    const expectedBatch = this.#batchSequence === undefined ? undefined : this.#batchSequence + 1;
    this.#batchSequence = batch.batchSequence;
    this.#isBinding = true;
    const start = { epoch: batch.epoch || undefined, sequence: batch.previousSequence };
    if (batch.isSnapshot) return { duplicates: 0, gap: this.#enterEpoch({ ...start, sequence: undefined }) };
    const entrance = this.#entrance;
    this.#entrance = undefined;
    const last = batch.sequences.at(-1);
    if (last === undefined) {
      const isBroken = expectedBatch !== undefined && batch.batchSequence !== expectedBatch;
      const reason = entrance === undefined ? 'loss' : 'reconnect';
      return { duplicates: 0, gap: entrance !== undefined || isBroken ? unknownGap(reason) : undefined };
    }
    const epochGap = this.#enterEpoch(start);
    const had = this.#sequence ?? batch.previousSequence;
    let duplicates = 0;
    for (const sequence of batch.sequences) if (sequence <= had) duplicates += 1;
    const gap = epochGap ?? this.#chainGap(batch, had, batch.sequences.length - duplicates, entrance);
    this.#sequence = Math.max(had, last);
    return { duplicates, gap };
  }

  /** @param fresh how many ticks of the batch the consumer does not have */
  #chainGap(batch: BatchHead, had: number, fresh: number, entrance: Entrance | undefined): Gap | undefined {
    const last = batch.sequences.at(-1)!;
    const isBroken = batch.previousSequence > had;
    const found = { epoch: this.#epoch, fromSequence: had + 1, newEpoch: undefined };
    // Else what was left out lies before what the consumer has: the batch has all that is behind it.
    if (batch.omitted > 0 && last - had > fresh) {
      // What the server left out is what is missing only where it left off at what the consumer has.
      const counted = batch.previousSequence === had ? batch.omitted : undefined;
      const missingTicks = this.#takesAllSymbols ? last - had - fresh : counted;
      return { ...found, reason: 'omitted', toSequence: last - 1, missingTicks };
    }
    if (!isBroken) return undefined;
    return {
      ...found,
      reason: entrance === undefined ? 'loss' : REASONS[entrance],
      toSequence: batch.previousSequence,
      missingTicks: this.#takesAllSymbols ? batch.previousSequence - had : undefined,
    };
  }

  /** @param start where the epoch's stream is entered */
  #enterEpoch(start: Position): Gap | undefined {
    if (start.epoch === undefined || start.epoch === this.#epoch) return undefined;
    const { epoch, sequence } = this.position;
    this.#epoch = start.epoch;
    if (epoch === undefined) return undefined;
    this.#sequence = start.sequence;
    const fromSequence = sequence === undefined ? undefined : sequence + 1;
    return { ...unknownGap('epoch'), epoch, fromSequence, newEpoch: { ...start } };
  }
}

function unknownGap(reason: GapReason): Gap {
  return {
    reason,
    epoch: undefined,
    fromSequence: undefined,
    toSequence: undefined,
    missingTicks: undefined,
    newEpoch: undefined,
  };
}
