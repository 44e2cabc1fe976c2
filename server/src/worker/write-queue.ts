import { conflate } from './conflate.ts';
import type { Debt, LiveBatch } from './live-batch.ts';
import { debtWithout, encodeLiveBatch, liveBatchBytes, noDebt, withDebt } from './live-batch.ts';
import { SharedFrames } from './shared-frames.ts';

/** What may wait for one connection. */
export interface WriteBounds {
  readonly maxFrames: number;
  readonly maxBytes: number;
  /** Of the frame that has waited longest. */
  readonly maxAgeMs: number;
}

/** The bound that a queue is above. */
export type ExceededBound = 'frames' | 'bytes' | 'age';

/** Live batches can be left out; every other frame, answers and snapshots among them, goes to the client. */
type Content = Buffer | SharedFrames | LiveBatch;

interface Waiting {
  readonly content: Content;
  readonly frames: number;
  readonly bytes: number;
  /** Since when, in ms of the monotonic clock. */
  readonly sinceMs: number;
  readonly onTaken?: (() => void) | undefined;
}

/** Frames ready to be written. */
export interface Chunk {
  readonly bytes: Buffer;
  readonly frames: number;
  readonly sinceMs: number;
  /** To be called when the socket has taken them. */
  readonly onTaken: (() => void) | undefined;
}

/** What waits for one connection because its client does not take it at once. Sans I/O. */
export class WriteQueue {
  #waiting: Waiting[] = [];
  #frames = 0;
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * @param frame one whole frame, or the frames of a flush that connections share
   * @param onTaken comes out again with the frame
   */
  push(frame: Buffer | SharedFrames, nowMs: number, onTaken?: () => void): void {
    this.#add([{ ...waitingOf(frame, nowMs), onTaken }]);
  }

  /** The bound that is exceeded, if one is. @param nowMs monotonic */
  exceeded({ maxFrames, maxBytes, maxAgeMs }: WriteBounds, nowMs: number): ExceededBound | undefined {
    if (this.#frames > maxFrames) return 'frames';
    if (this.#bytes > maxBytes) return 'bytes';
    const [oldest] = this.#waiting;
    return oldest && nowMs - oldest.sinceMs > maxAgeMs ? 'age' : undefined;
  }

  /** The bound that the frames exceed which cannot be left out. */
  exceededByOthers({ maxFrames, maxBytes }: WriteBounds): ExceededBound | undefined {
    const others = this.#waiting.filter(({ content }) => Buffer.isBuffer(content));
    if (sumOf(others, 'frames') > maxFrames) return 'frames';
    return sumOf(others, 'bytes') > maxBytes ? 'bytes' : undefined;
  }

  /** Leaves out every tick that a later one of the same symbol supersedes. @returns the number of ticks */
  conflate(): number {
    const { others, live } = this.#separated();
    if (live.length < 2) return 0;
    const before = live.flatMap(({ content }) => batchesOf(content));
    const after = conflate(before);
    const omitted = tickCount(before) - tickCount(after);
    if (omitted === 0) return 0;
    // As old as the newest: there is nothing newer that could take its place.
    const sinceMs = live.at(-1)?.sinceMs ?? 0;
    this.#replace([...others, ...after.map((batch) => waitingOf(batch, sinceMs))]);
    return omitted;
  }

  /**
   * Leaves out the oldest batches until half of every bound is free; the newest one always stays.
   * @returns the number of ticks
   */
  dropOldest({ maxFrames, maxBytes, maxAgeMs }: WriteBounds, nowMs: number): number {
    const { others, live } = this.#separated();
    let frames = this.#frames;
    let bytes = this.#bytes;
    let kept = 0;
    for (; kept < live.length - 1; kept++) {
      const oldest = live[kept]!;
      if (frames <= maxFrames / 2 && bytes <= maxBytes / 2 && nowMs - oldest.sinceMs <= maxAgeMs / 2) break;
      frames -= oldest.frames;
      bytes -= oldest.bytes;
    }
    if (kept === 0) return 0;
    const dropped = live.slice(0, kept).flatMap(({ content }) => batchesOf(content));
    const debt = dropped.reduce<Debt>((owed, batch) => debtWithout(batch, owed), noDebt);
    const next = live[kept]!;
    const [first, ...rest] = batchesOf(next.content);
    const told = [withDebt(first!, debt), ...rest].map((batch) => waitingOf(batch, next.sinceMs));
    this.#replace([...others, ...told, ...live.slice(kept + 1)]);
    return tickCount(dropped);
  }

  /**
   * Takes out what comes next, at least one piece and not above `maxBytes` with more than one.
   * @param unixMs the time of sending, for frames that are encoded only now
   */
  take(maxBytes: number, unixMs: number): Chunk[] {
    let end = 0;
    let bytes = 0;
    for (; end < this.#waiting.length; end++) {
      bytes += this.#waiting[end]!.bytes;
      if (end > 0 && bytes > maxBytes) break;
    }
    const taken = this.#waiting.splice(0, end);
    this.#frames -= sumOf(taken, 'frames');
    this.#bytes -= sumOf(taken, 'bytes');
    return taken.map(({ content, frames, sinceMs, onTaken }) => {
      return { bytes: bytesOf(content, unixMs), frames, sinceMs, onTaken };
    });
  }

  #separated(): { others: Waiting[]; live: Waiting[] } {
    const isOther = ({ content }: Waiting): boolean => Buffer.isBuffer(content);
    return {
      others: this.#waiting.filter(isOther),
      live: this.#waiting.filter((each) => !isOther(each)),
    };
  }

  #replace(waiting: readonly Waiting[]): void {
    this.#waiting = [];
    this.#frames = 0;
    this.#bytes = 0;
    this.#add(waiting);
  }

  #add(waiting: readonly Waiting[]): void {
    this.#waiting.push(...waiting);
    this.#frames += sumOf(waiting, 'frames');
    this.#bytes += sumOf(waiting, 'bytes');
  }
}

function waitingOf(content: Content, sinceMs: number): Waiting {
  if (content instanceof SharedFrames) return { content, frames: content.count, bytes: content.kept.length, sinceMs };
  const bytes = Buffer.isBuffer(content) ? content.length : liveBatchBytes(content);
  return { content, frames: 1, bytes, sinceMs };
}

function batchesOf(content: Content): readonly LiveBatch[] {
  if (Buffer.isBuffer(content)) return [];
  return content instanceof SharedFrames ? content.batches : [content];
}

function bytesOf(content: Content, unixMs: number): Buffer {
  if (Buffer.isBuffer(content)) return content;
  return content instanceof SharedFrames ? content.kept : encodeLiveBatch(content, unixMs);
}

function tickCount(batches: readonly LiveBatch[]): number {
  return batches.reduce((sum, { ticks }) => sum + ticks.length, 0);
}

function sumOf(waiting: readonly Waiting[], what: 'frames' | 'bytes'): number {
  return waiting.reduce((sum, each) => sum + each[what], 0);
}
