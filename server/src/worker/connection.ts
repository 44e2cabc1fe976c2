import type { Socket } from 'node:net';
import {
  encodeErrorResponse,
  encodeFrame,
  FieldLimits,
  FrameDecoder,
  FrameError,
  MessageType,
} from '@tick-storm/protocol';
import type { ConnectionRow } from '../link/connection-row.ts';
import type { ToSupervisor } from '../link/control-message.ts';
import type { CloseReason, Said } from '../session/close-reason.ts';
import { endingOf, isSlowConsumer } from '../session/close-reason.ts';
import type { Session } from '../session/session.ts';
import type { ErrorText, SessionAction } from '../session/session-action.ts';
import type { SessionEvent } from '../session/session-event.ts';
import type { Arrival } from './arrivals.ts';
import type { ConnectionTable } from './connection-table.ts';
import { NO_DESCRIPTOR } from './direct-send.ts';
import type { Groups } from './groups.ts';
import type { Member } from './members.ts';
import type { SharedFrames } from './shared-frames.ts';
import type { WriterHost, WriterOwner } from './socket-writer.ts';
import { SocketWriter } from './socket-writer.ts';

/** How long a closing connection may take to be closed by the peer, and to take more of its last bytes. */
const LINGER_MS = 2_000;
/** How long a closing connection may last in all, however it reads. */
const MAX_LINGER_MS = 10_000;

/** What is known of a connection that ends. */
interface Closing {
  readonly reason: CloseReason;
  /** How long it may take at most. */
  readonly untilMs: number;
  /** What was left to be taken when it was last looked at. */
  left: number;
}

/** What every connection of a worker shares. */
export interface ConnectionHost extends WriterHost {
  readonly table: ConnectionTable<Connection>;
  readonly groups: Groups<Connection>;
  tellSupervisor(message: ToSupervisor): void;
  /** Takes a connection out of its group; called once, however the connection ends. */
  leave(connection: Connection): void;
  onClosed(connection: Connection, reason: CloseReason): void;
}

/** Moves bytes between one socket and its session. Holds no timer; every end goes through {@link close}. */
export class Connection implements Member, WriterOwner {
  readonly slot: number;
  readonly id: number;
  readonly address: string;
  /** The accept, by the monotonic clock. */
  readonly openedMs: number;
  readonly session: Session;
  /** Group and place in it; -1 = none. */
  group = -1;
  groupIndex = -1;
  /** Counted as a subscription. */
  isSubscribed = false;
  /** The next batch is this connection's first one. */
  awaitsEpoch = false;
  #user = '';
  #closing: Closing | undefined;
  #hasLeft = false;
  /** The client sends nothing more. */
  #hasEnded = false;
  /** It has not sent a byte. */
  #isSilent = true;
  readonly #host: ConnectionHost;
  readonly #writer: SocketWriter;
  /** Only while a frame is unfinished or waits: most of the time there is none, for thousands of connections. */
  #decoder: FrameDecoder | undefined;

  constructor(host: ConnectionHost, socket: Socket, slot: number, id: number, arrival: Arrival, session: Session) {
    this.#host = host;
    this.#writer = new SocketWriter(host, socket, this);
    this.slot = slot;
    this.id = id;
    this.address = arrival.address;
    this.session = session;
    this.openedMs = arrival.acceptedMs;
  }

  get isClosing(): boolean {
    return this.#closing !== undefined;
  }

  get closeReason(): CloseReason | undefined {
    return this.#closing?.reason;
  }

  /** Bytes that the kernel has not taken yet. */
  get pendingBytes(): number {
    return this.#writer.pendingBytes;
  }

  get directDescriptor(): number {
    return this.isClosing || this.awaitsEpoch ? NO_DESCRIPTOR : this.#writer.directDescriptor;
  }

  /** What is told of the connection. @param nowMs monotonic */
  describe(nowMs: number): ConnectionRow {
    const { id, address, group, pendingBytes, session } = this;
    const direct = this.#host.groups.directOf(this);
    return {
      id,
      address,
      user: session.isAuthenticated ? this.#user : '',
      state: session.state,
      mode: session.mode,
      group,
      pendingBytes,
      ageMs: Math.round(nowMs - this.openedMs),
      sentFrames: this.#writer.sentFrames + direct.frames,
      sentBytes: this.#writer.sentBytes + direct.bytes,
    };
  }

  /** Bytes came. */
  onData(chunk: Buffer): void {
    this.#host.stats.bytesReceived += chunk.length;
    this.#isSilent = false;
    if (this.isClosing) return;
    this.#decoder ??= new FrameDecoder();
    this.#decoder.push(chunk);
    this.#readFrames();
  }

  /** The client has sent its last byte: the connection ends when that is answered. */
  onEnd(): void {
    this.#hasEnded = true;
    if (!this.session.isWaiting) this.close('client_closed');
  }

  /** The socket has failed: its descriptor may soon be another's, so no frame may be sent to it any more. */
  onSocketFailed(): void {
    // What still comes for it before its 'close' must find it closed: it would join a group again.
    this.#endedWith(true);
    this.#leave();
  }

  /** The socket is gone. */
  onSocketClosed(hadError: boolean): void {
    const reason = this.#endedWith(hadError);
    this.#leave();
    this.#host.table.release(this.slot);
    this.#host.onClosed(this, reason);
  }

  /** @returns why it closes, when the socket has ended by itself and nothing was said before */
  #endedWith(hadError: boolean): CloseReason {
    // A health check may end with a reset; without a byte before it that is nobody's error.
    const reason = hadError && !this.#isSilent ? 'connection_reset' : 'client_closed';
    this.#closing ??= { reason, untilMs: Infinity, left: 0 };
    return this.#closing.reason;
  }

  onDeadline(): void {
    if (!this.#closing) this.raise({ kind: 'deadline' });
    else if (!this.#isFlushing(this.#closing)) this.#writer.stream.destroy();
  }

  onSilence(): void {
    if (this.isClosing) return;
    this.#host.stats.heartbeatTimeouts++;
    this.raise({ kind: 'silence' });
  }

  /** Gives the session an event and does what it answers; then reads on if it was waiting for that. */
  raise(event: SessionEvent): void {
    if (this.isClosing) return;
    this.#perform(this.session.handle(event, this.#host.now()));
    if (event.kind !== 'verdict' && event.kind !== 'accepted' && event.kind !== 'declined') return;
    if (this.isClosing) return;
    this.#host.table.lastSeen[this.slot] = this.#host.monotonicNow();
    this.#readFrames();
    if (this.session.isWaiting) return;
    if (this.#hasEnded) this.close('client_closed');
    else this.#writer.stream.resume();
  }

  /** @param onTaken called once the socket has taken the frame; never when the connection ends before */
  send(frame: Buffer, onTaken?: () => void): void {
    if (!this.isClosing) this.#writer.send(frame, onTaken);
  }

  /** Sends live batches, which may be left out when the client is too slow. */
  sendLive(frames: SharedFrames): void {
    if (!this.isClosing) this.#writer.sendLive(frames);
  }

  sendRest(frames: SharedFrames, taken: number): void {
    this.#writer.sendRest(frames, taken);
  }

  countDirect(frames: number, bytes: number): void {
    this.#writer.countDirect(frames, bytes);
  }

  onBehind(): void {
    this.#host.groups.stopDirect(this);
  }

  /** Does nothing while more than a heartbeat is expected of the client, or no batch can come. */
  rest(): boolean {
    if (this.isClosing || this.#hasEnded || this.session.state !== 'subscribed' || this.group === -1) return false;
    if (!this.#writer.rest()) return false;
    this.#host.groups.refresh(this);
    return true;
  }

  wake(): Socket {
    return this.#writer.stream;
  }

  /** Ends the connection: one ERROR when the reason has one, flush, close. Later calls do nothing. */
  close(reason: CloseReason, error: ErrorText = {}): void {
    if (this.isClosing) return;
    const nowMs = this.#host.monotonicNow();
    this.#closing = { reason, untilMs: nowMs + MAX_LINGER_MS, left: 0 };
    this.#leave();
    this.#host.table.lastSeen[this.slot] = Infinity;
    this.#host.table.deadlines[this.slot] = nowMs + LINGER_MS;
    const ending = endingOf(reason);
    const frame = ending.code === undefined ? undefined : this.#errorFrame(ending, error);
    this.#writer.finish(frame, isSlowConsumer(reason));
    // What still comes is read and dropped: unread bytes would turn the close into a reset that eats the ERROR.
    this.#writer.stream.resume();
    this.#closing.left = this.#writer.left;
  }

  /** The closing connection still takes its last bytes, and may go on with that for a while. */
  #isFlushing(closing: Closing): boolean {
    const nowMs = this.#host.monotonicNow();
    const { left } = this.#writer;
    if (left === 0 || left === closing.left || nowMs >= closing.untilMs) return false;
    closing.left = left;
    this.#host.table.deadlines[this.slot] = nowMs + LINGER_MS;
    return true;
  }

  #readFrames(): void {
    const { stats, table, metrics } = this.#host;
    while (!this.isClosing && !this.session.isWaiting) {
      const startedMs = this.#host.monotonicNow();
      const event = this.#nextEvent();
      if (!event) return;
      if (event.kind === 'frame') {
        stats.countReceived(event.frame.type);
        if (event.frame.type === MessageType.HEARTBEAT) stats.heartbeatsReceived++;
        if (this.session.isAuthenticated) table.lastSeen[this.slot] = startedMs;
      }
      this.#perform(this.session.handle(event, this.#host.now()));
      metrics.processingDuration.observe((this.#host.monotonicNow() - startedMs) / 1_000);
    }
    if (!this.isClosing) this.#writer.stream.pause();
  }

  #nextEvent(): Extract<SessionEvent, { kind: 'frame' | 'fault' }> | undefined {
    try {
      const frame = this.#decoder?.next();
      if (this.#decoder?.bufferedBytes === 0) this.#decoder = undefined;
      return frame && { kind: 'frame', frame };
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      return { kind: 'fault', fault: error.kind, message: error.message };
    }
  }

  #perform(actions: readonly SessionAction[]): void {
    for (const action of actions) {
      switch (action.kind) {
        case 'send':
          this.send(encodeFrame(action.type, action.payload));
          if (action.errorCode !== undefined) this.#host.stats.countError(action.errorCode);
          break;
        case 'deadline': {
          const afterMs = action.afterMs ?? Infinity;
          this.#host.table.deadlines[this.slot] = this.#host.monotonicNow() + afterMs;
          break;
        }
        case 'authenticate': {
          const { slot, id, address } = this;
          const { username, password } = action;
          this.#user = username;
          this.#host.tellSupervisor({ type: 'authenticate', slot, id, address, username, password });
          break;
        }
        case 'subscribe': {
          const { symbols, startTimeMs, resumeEpoch, resumeSequence } = action.request;
          const request = { symbols, startTimeMs, resumeEpoch, resumeSequence };
          const { mode, hasResume } = action;
          this.#host.tellSupervisor({ type: 'subscribe', slot: this.slot, id: this.id, mode, hasResume, request });
          break;
        }
        case 'close':
          this.close(action.reason, action.error);
          break;
      }
    }
  }

  #errorFrame(ending: Said, error: ErrorText): Buffer {
    const { code } = ending;
    const message = (error.message ?? ending.message).slice(0, FieldLimits.errorMessageLength);
    const details = (error.details ?? '').slice(0, FieldLimits.errorDetailsLength);
    this.#host.stats.countError(code);
    const payload = encodeErrorResponse({ code, message, details, timestampMs: this.#host.now() });
    return encodeFrame(MessageType.ERROR, payload);
  }

  #leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.session.end();
    this.#host.rest.forget(this);
    this.#host.leave(this);
  }
}
