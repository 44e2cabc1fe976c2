import { encodeDataBatchFrame } from '@tick-storm/protocol';
import type { Selection } from '../feeds/feed.ts';
import { batchEnd, batchSequenceAfter, sequenceDeltas } from './batch.ts';
import type { Stream, Subscriber } from './stream.ts';

/** What one frame may hold, so that one is a short piece of work also when none of its ticks is encoded yet. */
const MAX_FRAME_TICKS = 200;
const MAX_FRAME_BYTES = 16_384;
/** What the connection's socket may have before it. */
const MAX_BYTES_IN_FLIGHT = 32_768;
const MAX_FRAMES_IN_FLIGHT = 16;

/** A frame of a catch-up, the same for all that have the same filter and are at the same place. */
export interface CatchUpFrame {
  frame: Buffer;
  /** Position of its last tick. */
  last: number;
}

/**
 * One connection's way from a past position to the live end of its stream. What is published meanwhile is not
 * queued for it but read from the feed when its turn has come.
 */
export class CatchUp {
  readonly stream: Stream;
  readonly subscriber: Subscriber;
  /** All matching ticks up to here were sent. */
  position: number;
  /** No frame was sent yet. */
  isUntouched = true;
  readonly #selection: Selection;
  readonly #maxFramesInFlight: () => number;
  /** Position of the last matching tick before the next frame; 0 = none since the epoch began. */
  #previousSequence: number;
  #nextBatchSequence = 1;
  #framesInFlight = 0;
  #bytesInFlight = 0;

  /**
   * @param position begin with the first matching tick after this one
   * @param maxFramesInFlight how many frames may wait for a connection
   */
  constructor(stream: Stream, subscriber: Subscriber, position: number, maxFramesInFlight: () => number) {
    this.stream = stream;
    this.subscriber = subscriber;
    this.position = position;
    this.#maxFramesInFlight = maxFramesInFlight;
    this.#selection = stream.select(subscriber.filter);
    this.#previousSequence = this.#selection.lastUpTo(position);
  }

  /** The socket has taken enough of what it was given. */
  get hasRoom(): boolean {
    const maxFrames = Math.min(this.#maxFramesInFlight(), MAX_FRAMES_IN_FLIGHT);
    return this.#framesInFlight < maxFrames && this.#bytesInFlight < MAX_BYTES_IN_FLIGHT;
  }

  /** Names the next frame: what has the same key in the same moment has the same bytes. */
  get frameKey(): string {
    const { stream, subscriber } = this;
    return `${stream.mode} ${this.#previousSequence} ${this.#nextBatchSequence} ${subscriber.filter.key}`;
  }

  /**
   * Makes the next frame.
   * @returns undefined when no matching tick is left up to the stream's position
   */
  encode(nowMs: number, maxTicks: number): CatchUpFrame | undefined {
    const { stream } = this;
    const limit = Math.min(maxTicks, MAX_FRAME_TICKS);
    const positions = this.#selection.positions(this.position + 1, stream.position, limit);
    const [first] = positions;
    if (first === undefined) return undefined;
    const ticks = positions.map((position) => stream.encoded(position));
    const count = batchEnd(ticks, 0, limit, MAX_FRAME_BYTES);
    const sequences = positions.slice(0, count);
    const frame = encodeDataBatchFrame(ticks.slice(0, count), {
      batchTimestampMs: nowMs,
      batchSequence: this.#nextBatchSequence,
      streamSequence: first,
      sequenceDeltas: sequenceDeltas(sequences),
      previousSequence: this.#previousSequence,
      epoch: this.isUntouched ? stream.epoch : '',
    });
    return { frame, last: sequences.at(-1) ?? first };
  }

  /** A frame goes to the connection. */
  send({ frame, last }: CatchUpFrame): void {
    const { outlet, connection } = this.subscriber;
    outlet.sendCatchUp(connection.slot, connection.id, frame);
    this.#framesInFlight++;
    this.#bytesInFlight += frame.length;
    this.#nextBatchSequence = batchSequenceAfter(this.#nextBatchSequence, 1);
    this.#previousSequence = last;
    this.position = last;
    this.isUntouched = false;
  }

  /** The connection's socket has taken a frame of this size. */
  onTaken(bytes: number): void {
    this.#framesInFlight--;
    this.#bytesInFlight -= bytes;
  }
}
