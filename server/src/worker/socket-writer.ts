import type { Socket } from 'node:net';
import type { CloseReason } from '../session/close-reason.ts';
import type { SystemSend } from './direct-send.ts';
import { directDescriptor, NO_DESCRIPTOR, sendDirectly } from './direct-send.ts';
import { Lag } from './lag.ts';
import type { Rest } from './rest.ts';
import type { Restful } from './rest-queue.ts';
import type { RestingOwner } from './resting-sockets.ts';
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
  readonly rest: Rest;
  /** Unix ms. */
  now(): number;
  /** Ms of the monotonic clock. */
  monotonicNow(): number;
}

/** Whose write side it is. */
export interface WriterOwner extends RestingOwner, Restful {
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
  /** undefined while it rests. */
  #socket: Socket | undefined;
  readonly #owner: WriterOwner;
  #descriptor: number;
  /** Something waited when it was last looked at. */
  #isBehind = false;
  #hasFinished = false;
  /** Set while it is among the congested ones. */
  #lag: Lag | undefined;

  constructor(host: WriterHost, socket: Socket, owner: WriterOwner) {
    this.#host = host;
    this.#socket = socket;
    this.#owner = owner;
    this.#descriptor = host.systemSend ? directDescriptor(socket) : NO_DESCRIPTOR;
  }

  /** The socket's, made anew if it rests. */
  get stream(): Socket {
    return (this.#socket ??= this.#host.rest.wake(this.#descriptor, this.#owner));
  }

  /** Bytes that the kernel has not taken. */
  get pendingBytes(): number {
    return this.#streamBytes + (this.#lag?.queue?.bytes ?? 0);
  }

  /** What is left to be taken; no size, but it changes whenever the kernel takes something, and ends with 0. */
  get left(): number {
    return this.#streamBytes + untakenBytes(this.#socket);
  }

  get #streamBytes(): number {
    return this.#socket?.writableLength ?? 0;
  }

  /** Through which live frames can be sent past the writer until something waits; or NO_DESCRIPTOR. */
  get directDescriptor(): number {
    return !this.#hasFinished && this.#isClear() ? this.#descriptor : NO_DESCRIPTOR;
  }

  /** The client lags, or has done so a moment ago, and gets the latest tick of each symbol only. */
  get isConflating(): boolean {
    return this.#lag !== undefined && this.#lag.conflatesUntilMs > this.#host.monotonicNow();
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

  /**
   * Gives the stream up, if nothing goes through it and nothing has done so for a moment.
   * @returns whether it has: {@link directDescriptor} is another one now
   */
  rest(): boolean {
    const socket = this.#socket;
    if (!socket || this.directDescriptor === NO_DESCRIPTOR || this.isConflating || !isStill(socket)) return false;
    const descriptor = this.#host.rest.take(socket, this.#owner);
    if (descriptor === NO_DESCRIPTOR) return false;
    this.#socket = undefined;
    this.#descriptor = descriptor;
    return true;
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
    const lag = this.#lag;
    if (!lag || this.#hasFinished || this.#socket?.destroyed === true) return false;
    if (this.pendingBytes === 0) {
      if (nowMs < lag.conflatesUntilMs) return true;
      this.#lag = undefined;
      this.#host.rest.onRecovered(this.#owner);
      return false;
    }
    const mark = untakenBytes(this.#socket);
    if (mark !== lag.progressMark) {
      lag.progressMark = mark;
      lag.lastProgressMs = nowMs;
    } else if (nowMs - lag.lastProgressMs > this.#host.settings.deadlineMs) {
      this.#host.stats.writeTimeouts++;
      this.#owner.close('write_deadline');
      return false;
    }
    if (lag.queue) this.#keepBounds(lag, lag.queue, nowMs);
    return !this.#hasFinished;
  }

  /**
   * Ends the stream after what waits.
   * @param isTooSlow what waits is given up, so that the last frame still has a chance
   */
  finish(last: Buffer | undefined, isTooSlow: boolean): void {
    this.#hasFinished = true;
    const chunks = isTooSlow ? [] : (this.#lag?.queue?.take(Infinity, this.#host.now()) ?? []);
    for (const { bytes, frames } of chunks) this.#give(bytes, frames);
    this.#lag = undefined;
    if (!last) {
      this.stream.end();
      return;
    }
    this.stream.end(last);
    this.#countSent(last, 1);
  }

  /** Nothing waits. */
  #isClear(): boolean {
    if (!this.#isBehind) return true;
    if (this.#lag?.queue || this.#streamBytes > 0) return false;
    this.#isBehind = false;
    return true;
  }

  /** @returns how many bytes the kernel has taken */
  #sendDirectly(bytes: Buffer): number {
    const { systemSend } = this.#host;
    if (!systemSend || this.#descriptor === NO_DESCRIPTOR) return 0;
    // A resting one's number is nobody else's before it wakes.
    if (!this.#socket) return Math.max(0, systemSend(this.#descriptor, bytes));
    return sendDirectly(this.#socket, this.#descriptor, bytes, systemSend);
  }

  /** Leaves to the stream what the kernel has not taken. */
  #finishWrite(bytes: Buffer, taken: number): void {
    if (taken === bytes.length) return;
    const hasRested = !this.#socket;
    this.stream.write(taken === 0 ? bytes : bytes.subarray(taken));
    this.#afterStreamWrite(hasRested);
  }

  #write(bytes: Buffer, frames: number, onTaken?: WriteCallback): void {
    const hasRested = !this.#socket;
    this.#give(bytes, frames, onTaken);
    this.#afterStreamWrite(hasRested);
  }

  #afterStreamWrite(hasRested: boolean): void {
    if (this.#streamBytes > 0) this.#watch();
    // The client has made room before the stream was there.
    else if (hasRested) this.#host.rest.onRecovered(this.#owner);
  }

  #give(bytes: Buffer, frames: number, onTaken?: WriteCallback): void {
    this.stream.write(bytes, onTaken);
    this.#countSent(bytes, frames);
  }

  /** @param bytes frames of one type */
  #countSent(bytes: Buffer, frames: number): void {
    this.sentFrames += frames;
    this.sentBytes += bytes.length;
    this.#host.stats.countSent(bytes[3]!, frames, bytes.length);
  }

  #enqueue(content: Buffer | SharedFrames, onTaken?: () => void): void {
    const lag = this.#watch();
    const queue = (lag.queue ??= new WriteQueue());
    queue.push(content, this.#host.monotonicNow(), onTaken);
    if (!lag.isWriting) this.#writeNext(lag, queue);
    else this.#keepBounds(lag, queue, this.#host.monotonicNow());
  }

  #writeNext(lag: Lag, queue: WriteQueue): void {
    if (this.#host.settings.policy === 'conflate' && this.isConflating) this.#conflate(lag, queue);
    const chunks = queue.take(WRITE_BYTES, this.#host.now());
    const [first] = chunks;
    if (!first) return;
    lag.isWriting = true;
    lag.writingSinceMs = first.sinceMs;
    if (chunks.length > 1) this.stream.cork();
    for (const [index, { bytes, frames, onTaken }] of chunks.entries()) {
      const onWritten = index === chunks.length - 1 ? lag.onWritten : undefined;
      this.#give(bytes, frames, onTaken ? unlessFailed(onTaken, onWritten) : onWritten);
    }
    if (chunks.length > 1) this.stream.uncork();
  }

  #afterWrite(lag: Lag, error: Error | null | undefined): void {
    if (error || this.#hasFinished) return;
    const nowMs = this.#host.monotonicNow();
    lag.isWriting = false;
    lag.lastProgressMs = nowMs;
    this.#host.metrics.writeLatency.observe((nowMs - lag.writingSinceMs) / 1_000);
    if (lag.queue && !lag.queue.isEmpty) this.#writeNext(lag, lag.queue);
    else if (!this.isConflating) lag.queue = undefined;
  }

  #keepBounds(lag: Lag, queue: WriteQueue, nowMs: number): void {
    const { stats, settings } = this.#host;
    const { bounds, policy } = settings;
    let exceeded = queue.exceeded(bounds, nowMs);
    if (!exceeded) return;
    if (policy === 'conflate') this.#conflate(lag, queue);
    if (policy === 'drop') stats.omittedTicks.add('drop', queue.dropOldest(bounds, nowMs));
    if (policy !== 'close') exceeded = queue.exceededByOthers(bounds);
    if (exceeded) this.#owner.close(closeReasons[exceeded]);
  }

  #conflate(lag: Lag, queue: WriteQueue): void {
    const omitted = queue.conflate();
    if (omitted === 0) return;
    const { stats, settings } = this.#host;
    stats.omittedTicks.add('conflate', omitted);
    // Who lags is not let into the full stream again, to fall behind by a whole queue, before it has kept up a while.
    lag.conflatesUntilMs = this.#host.monotonicNow() + settings.bounds.maxAgeMs;
  }

  /** Something waits: it is looked at from now on until nothing does. */
  #watch(): Lag {
    if (!this.#isBehind) this.#owner.onBehind();
    this.#isBehind = true;
    const lag = (this.#lag ??= new Lag((of, error) => this.#afterWrite(of, error)));
    if (this.#host.congested.has(this)) return lag;
    this.#host.congested.add(this);
    lag.lastProgressMs = this.#host.monotonicNow();
    lag.progressMark = untakenBytes(this.#socket);
    return lag;
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
function untakenBytes(socket: Socket | undefined): number {
  return (socket && systemHandle(socket)?.writeQueueSize) ?? 0;
}

/** Nothing is on its way through a stream, neither in nor out, and none of its ends has come. */
function isStill(socket: Socket): boolean {
  const { destroyed, readableEnded, readableFlowing, readableLength, writableLength } = socket;
  return !destroyed && !readableEnded && readableFlowing === true && readableLength === 0 && writableLength === 0;
}
