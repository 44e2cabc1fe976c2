import type { Socket } from 'node:net';
import type { CloseReason } from '../session/close-reason.ts';
import type { SystemSend } from './direct-send.ts';
import { directDescriptor, NO_DESCRIPTOR, sendDirectly } from './direct-send.ts';
import type { SharedFrames } from './shared-frames.ts';
import { systemHandle } from './system-handle.ts';
import type { Backlog, WorkerMetrics } from './worker-metrics.ts';
import type { WorkerStats } from './worker-stats.ts';
import type { ExceededBound } from './write-queue.ts';
import { WriteQueue } from './write-queue.ts';
import type { WriteSettings } from './write-settings.ts';

/** What is given to the socket at once; more would wait there, where nothing can be left out any more. */
const WRITE_BYTES = 65_536;

/** What net.Socket calls after a write. */
type WriteCallback = (error?: Error | null) => void;

const closeReasons: Readonly<Record<ExceededBound, CloseReason>> = {
  frames: 'write_queue_frames',
  bytes: 'write_queue_bytes',
  age: 'write_queue_age',
};

/** What every writer of a worker shares. */
export interface WriterHost {
  readonly stats: WorkerStats;
  readonly metrics: WorkerMetrics;
  /** Replaced when they change. */
  settings: WriteSettings;
  /** Those whose client does not take everything at once: they are looked at again and again. */
  readonly congested: Set<SocketWriter>;
  /** undefined where the C library cannot be called. */
  readonly systemSend: SystemSend | undefined;
  /** Unix ms. */
  now(): number;
  /** Ms of the monotonic clock. */
  monotonicNow(): number;
}

/** Whose write side it is. */
export interface WriterOwner {
  /** Something waits: {@link SocketWriter.directDescriptor} holds no more. */
  onBehind(): void;
  /** The client is too slow. */
  close(reason: CloseReason): void;
}

/**
 * The write side of one connection. While the client keeps up, a live frame is one send of shared bytes into the
 * kernel and nothing more; a queue is made only when something must wait.
 */
export class SocketWriter implements Backlog {
  /** What was given to the socket. */
  sentFrames = 0;
  sentBytes = 0;
  readonly #host: WriterHost;
  readonly #socket: Socket;
  readonly #owner: WriterOwner;
  readonly #descriptor: number;
  /** Something waited when it was last looked at. */
  #isBehind = false;
  #queue: WriteQueue | undefined;
  /** A write is under way whose end will be told. */
  #isWriting = false;
  #writingSinceMs = 0;
  /** While congested: when the socket last took something, and what shows whether it did. */
  #lastProgressMs = 0;
  #progressMark = 0;
  /** Until then what waits is conflated at once, and not only at the bounds. */
  #conflatesUntilMs = 0;
  #hasFinished = false;
  #onTaken: WriteCallback | undefined;

  constructor(host: WriterHost, socket: Socket, owner: WriterOwner) {
    this.#host = host;
    this.#socket = socket;
    this.#owner = owner;
    this.#descriptor = host.systemSend ? directDescriptor(socket) : NO_DESCRIPTOR;
  }

  /** Bytes that the kernel has not taken. */
  get pendingBytes(): number {
    return this.#socket.writableLength + (this.#queue?.bytes ?? 0);
  }

  /** What is left to be taken; no size, but it changes whenever the kernel takes something, and ends with 0. */
  get left(): number {
    return this.#socket.writableLength + untakenBytes(this.#socket);
  }

  /** Through which live frames can be sent past the writer until something waits; or NO_DESCRIPTOR. */
  get directDescriptor(): number {
    return !this.#hasFinished && this.#isClear() ? this.#descriptor : NO_DESCRIPTOR;
  }

  /** The client lags, or has done so a moment ago, and gets the latest tick of each symbol only. */
  get isConflating(): boolean {
    return this.#conflatesUntilMs > this.#host.monotonicNow();
  }

  /**
   * Sends one whole frame.
   * @param onTaken called once the socket has taken it; never when the connection ends before
   */
  send(frame: Buffer, onTaken?: () => void): void {
    if (!this.#isClear()) this.#enqueue(frame, onTaken);
    else if (onTaken) this.#write(frame, 1, unlessFailed(onTaken));
    else {
      this.#countSent(frame, 1);
      this.#finishWrite(frame, this.#sendDirectly(frame));
    }
  }

  /** Sends live batches, which may be left out when the client is too slow. */
  sendLive(frames: SharedFrames): void {
    if (this.#isClear()) this.sendRest(frames, this.#sendDirectly(frames.bytes));
    else this.#enqueue(frames);
  }

  /**
   * Sends what the kernel has not taken of live batches that were sent past the writer.
   * @param taken bytes that it has
   */
  sendRest(frames: SharedFrames, taken: number): void {
    const { bytes, count } = frames;
    this.#countSent(bytes, count);
    if (taken < bytes.length) this.#finishWrite(frames.kept, taken);
  }

  /** Counts what was sent past the writer. */
  countDirect(frames: number, bytes: number): void {
    this.sentFrames += frames;
    this.sentBytes += bytes;
  }

  /** Gives the client up: memory is short, and this one holds some of it. */
  shed(): void {
    this.#owner.close('shed');
  }

  /**
   * Looks at a congested connection.
   * @returns true while it still is one
   */
  check(nowMs: number): boolean {
    if (this.#hasFinished || this.#socket.destroyed) return false;
    if (this.pendingBytes === 0) {
      if (nowMs < this.#conflatesUntilMs) return true;
      this.#queue = undefined;
      return false;
    }
    const mark = untakenBytes(this.#socket);
    if (mark !== this.#progressMark) {
      this.#progressMark = mark;
      this.#lastProgressMs = nowMs;
    } else if (nowMs - this.#lastProgressMs > this.#host.settings.deadlineMs) {
      this.#host.stats.writeTimeouts++;
      this.#owner.close('write_deadline');
      return false;
    }
    this.#keepBounds(nowMs);
    return !this.#hasFinished;
  }

  /**
   * Ends the stream after what waits.
   * @param isTooSlow what waits is given up, so that the last frame still has a chance
   */
  finish(last: Buffer | undefined, isTooSlow: boolean): void {
    this.#hasFinished = true;
    const chunks = isTooSlow ? [] : (this.#queue?.take(Infinity, this.#host.now()) ?? []);
    for (const { bytes, frames } of chunks) this.#give(bytes, frames);
    this.#queue = undefined;
    if (!last) {
      this.#socket.end();
      return;
    }
    this.#socket.end(last);
    this.#countSent(last, 1);
  }

  /** Nothing waits. */
  #isClear(): boolean {
    if (!this.#isBehind) return true;
    if (this.#queue || this.#socket.writableLength > 0) return false;
    this.#isBehind = false;
    return true;
  }

  /** @returns how many bytes the kernel has taken */
  #sendDirectly(bytes: Buffer): number {
    const { systemSend } = this.#host;
    if (!systemSend || this.#descriptor === NO_DESCRIPTOR) return 0;
    return sendDirectly(this.#socket, this.#descriptor, bytes, systemSend);
  }

  /** Leaves to the stream what the kernel has not taken. */
  #finishWrite(bytes: Buffer, taken: number): void {
    if (taken === bytes.length) return;
    this.#socket.write(taken === 0 ? bytes : bytes.subarray(taken));
    if (this.#socket.writableLength > 0) this.#watch();
  }

  #write(bytes: Buffer, frames: number, onTaken?: WriteCallback): void {
    this.#give(bytes, frames, onTaken);
    if (this.#socket.writableLength > 0) this.#watch();
  }

  #give(bytes: Buffer, frames: number, onTaken?: WriteCallback): void {
    this.#socket.write(bytes, onTaken);
    this.#countSent(bytes, frames);
  }

  /** @param bytes frames of one type */
  #countSent(bytes: Buffer, frames: number): void {
    this.sentFrames += frames;
    this.sentBytes += bytes.length;
    this.#host.stats.countSent(bytes[3]!, frames, bytes.length);
  }

  #enqueue(content: Buffer | SharedFrames, onTaken?: () => void): void {
    this.#queue ??= new WriteQueue();
    this.#queue.push(content, this.#host.monotonicNow(), onTaken);
    if (!this.#isWriting) this.#writeNext(this.#queue);
    else this.#keepBounds(this.#host.monotonicNow());
  }

  #writeNext(queue: WriteQueue): void {
    if (this.#host.settings.policy === 'conflate' && this.isConflating) this.#conflate(queue);
    const chunks = queue.take(WRITE_BYTES, this.#host.now());
    const [first] = chunks;
    if (!first) return;
    this.#isWriting = true;
    this.#writingSinceMs = first.sinceMs;
    // Made only for connections that ever have to wait.
    const afterWrite = (this.#onTaken ??= (error): void => this.#afterWrite(error));
    if (chunks.length > 1) this.#socket.cork();
    for (const [index, { bytes, frames, onTaken }] of chunks.entries()) {
      const onWritten = index === chunks.length - 1 ? afterWrite : undefined;
      this.#give(bytes, frames, onTaken ? unlessFailed(onTaken, onWritten) : onWritten);
    }
    if (chunks.length > 1) this.#socket.uncork();
    this.#watch();
  }

  #afterWrite(error: Error | null | undefined): void {
    if (error || this.#hasFinished) return;
    const nowMs = this.#host.monotonicNow();
    this.#isWriting = false;
    this.#lastProgressMs = nowMs;
    this.#host.metrics.writeLatency.observe((nowMs - this.#writingSinceMs) / 1_000);
    if (this.#queue && !this.#queue.isEmpty) this.#writeNext(this.#queue);
    else if (!this.isConflating) this.#queue = undefined;
  }

  #keepBounds(nowMs: number): void {
    const queue = this.#queue;
    const { stats, settings } = this.#host;
    const { bounds, policy } = settings;
    let exceeded = queue?.exceeded(bounds, nowMs);
    if (!queue || !exceeded) return;
    if (policy === 'conflate') this.#conflate(queue);
    if (policy === 'drop') stats.omittedTicks.add('drop', queue.dropOldest(bounds, nowMs));
    if (policy !== 'close') exceeded = queue.exceededByOthers(bounds);
    if (exceeded) this.#owner.close(closeReasons[exceeded]);
  }

  #conflate(queue: WriteQueue): void {
    const omitted = queue.conflate();
    if (omitted === 0) return;
    const { stats, settings } = this.#host;
    stats.omittedTicks.add('conflate', omitted);
    // Who lags is not let into the full stream again, to fall behind by a whole queue, before it has kept up a while.
    this.#conflatesUntilMs = this.#host.monotonicNow() + settings.bounds.maxAgeMs;
  }

  #watch(): void {
    if (!this.#isBehind) this.#owner.onBehind();
    this.#isBehind = true;
    if (this.#host.congested.has(this)) return;
    this.#host.congested.add(this);
    this.#lastProgressMs = this.#host.monotonicNow();
    this.#progressMark = untakenBytes(this.#socket);
  }
}

/** Calls `onTaken` after a write that did not fail, and `then` in any case. */
function unlessFailed(onTaken: () => void, then?: WriteCallback): WriteCallback {
  return (error) => {
    if (!error) onTaken();
    then?.(error);
  };
}

/**
 * Bytes of the write in progress that the kernel has not taken yet: what net.Socket's own timeouts go by. It
 * changes with every part that is taken, and not when more is queued behind it.
 */
function untakenBytes(socket: Socket): number {
  return systemHandle(socket)?.writeQueueSize ?? 0;
}
