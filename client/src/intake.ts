import { FieldLimits } from '@tick-storm/protocol';
import type { AckResponse, DataBatch, ErrorResponse, SubscribeRequest } from '@tick-storm/protocol';
import { gapsOf } from './dropped-ticks.ts';
import type { BatchInfo } from './events.ts';
import type { Gap } from './gap.ts';
import type { Position } from './position.ts';
import { StreamPosition, type Entrance } from './stream-position.ts';
import type { SubscribeSettings } from './subscribe-options.ts';
import { Subscription } from './subscription.ts';
import { TickBuffer } from './tick-buffer.ts';
import type { Tick } from './tick.ts';
import { modeNumber, sequencesOf, ticksOf } from './wire-ticks.ts';

/** What a connection asks for, and what that makes of its stream. */
export interface Entry {
  request: Partial<SubscribeRequest>;
  entrance: Entrance;
}

export interface IntakeOptions {
  settings: SubscribeSettings;
  /** Ticks that may wait for the consumer. */
  bufferTicks: number;
  whenFull: 'pause' | 'drop-oldest';
  onGap: (gap: Gap) => void;
  onBatch: (batch: BatchInfo) => void;
  /** So many ticks were consumed that there is room again. */
  onRoom: () => void;
  /** The consumer left the iteration. */
  onLeft: () => Promise<void>;
}

/** What comes in for the one subscription of a client, from one connection after another, up to its consumer. */
export class Intake {
  readonly subscription: Subscription;
  readonly #options: IntakeOptions;
  readonly #stream: StreamPosition;
  readonly #buffer: TickBuffer;

  constructor(options: IntakeOptions) {
    const { settings, bufferTicks, onLeft } = options;
    this.#options = options;
    const takesAllSymbols = settings.symbols.length === 0 || settings.symbols.includes('*');
    const stream = new StreamPosition(takesAllSymbols, settings.from);
    this.#stream = stream;
    this.#buffer = new TickBuffer(bufferTicks);
    this.subscription = new Subscription(this.#buffer, {
      get position() {
        return stream.position;
      },
      consumed: () => this.#consumed(),
      left: onLeft,
    });
  }

  /** False while there is no room for another batch. */
  get hasRoom(): boolean {
    return this.#options.whenFull === 'drop-oldest' || this.#buffer.free >= FieldLimits.ticksPerBatch;
  }

  /** Something has come that another connection can go on behind. */
  get canContinue(): boolean {
    return this.#stream.resumePoint !== undefined;
  }

  /** What to ask a server for: what follows the last tick, where the server can do that. */
  entry(canResume: boolean): Entry {
    const { startTimeMs } = this.#options.settings;
    const { resumePoint } = this.#stream;
    if (resumePoint && canResume) return { request: this.#behind(resumePoint), entrance: 'resumed' };
    return { request: { ...this.#subject, startTimeMs: resumePoint ? 0 : startTimeMs }, entrance: 'live' };
  }

  /**
   * What to ask a server for that does not have what `entry` asked for: what it has from the earliest on.
   * @returns undefined when the position is ahead of the server, so that nothing is missing but time
   */
  entryAfterDecline({ epoch, earliestSequence }: ErrorResponse): Entry | undefined {
    const { resumePoint } = this.#stream;
    const earliest = { epoch, sequence: Math.max(0, earliestSequence - 1) };
    if (resumePoint?.epoch === epoch && resumePoint.sequence >= earliest.sequence) return undefined;
    return { request: this.#behind(earliest), entrance: 'declined' };
  }

  /** A connection, whose batches are taken from now on, entered the stream. */
  begin({ request, entrance }: Entry, { metadata }: AckResponse): void {
    const { epoch, stream_sequence: published } = metadata;
    const start: Position = { epoch: epoch || undefined, sequence: undefined };
    if (entrance !== 'live') start.sequence = request.resumeSequence;
    // With a start time the stream begins somewhere before; the first batch tells.
    else if (!request.startTimeMs && published !== undefined) start.sequence = Number(published);
    const gap = this.#stream.begin(start, entrance);
    if (gap) this.#options.onGap(gap);
  }

  /** @throws RangeError when the batch does not keep to the protocol */
  take(batch: DataBatch): void {
    if (batch.ticks.length > FieldLimits.ticksPerBatch) {
      throw new RangeError(`a batch of ${batch.ticks.length} ticks; at most ${FieldLimits.ticksPerBatch} are allowed`);
    }
    const { settings, onBatch, onGap } = this.#options;
    const sequences = sequencesOf(batch);
    const { isSnapshot, batchSequence, batchTimestampMs, previousSequence, omitted } = batch;
    const head = { isSnapshot, batchSequence, epoch: batch.epoch, sequences, previousSequence, omitted };
    const { duplicates, gap } = this.#stream.accept(head);
    const { epoch } = this.#stream.position;
    if (gap) onGap(gap);
    onBatch({
      ticks: batch.ticks.length,
      duplicates,
      isSnapshot,
      batchSequence,
      batchTimestampMs,
      epoch,
      firstSequence: sequences[0],
      lastSequence: sequences.at(-1),
    });
    // What listened may have closed the client.
    if (!this.subscription.isEnded) this.#deliver(ticksOf(batch, sequences, epoch, settings.mode, duplicates));
  }

  /** What waits for the consumer is not to reach it. */
  discard(): void {
    this.#buffer.clear();
  }

  get #subject(): Partial<SubscribeRequest> {
    const { mode, symbols } = this.#options.settings;
    return { mode: modeNumber(mode), symbols: [...symbols] };
  }

  #behind({ epoch, sequence }: { epoch: string; sequence: number }): Partial<SubscribeRequest> {
    return { ...this.#subject, resumeEpoch: epoch, resumeSequence: sequence };
  }

  #deliver(ticks: readonly Tick[]): void {
    const dropped: Tick[] = [];
    for (const tick of ticks) {
      // With the policy `pause` there is room: no batch is read without.
      if (this.#buffer.free === 0) dropped.push(this.#buffer.shift()!);
      this.subscription.push(tick);
    }
    for (const gap of gapsOf(dropped)) this.#options.onGap(gap);
  }

  #consumed(): void {
    const { size, capacity } = this.#buffer;
    if (size <= Math.min(capacity / 2, capacity - FieldLimits.ticksPerBatch)) this.#options.onRoom();
  }
}
