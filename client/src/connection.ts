import {
  decodeAckResponse,
  decodeDataBatch,
  decodeErrorResponse,
  decodeGoAway,
  decodeHeartbeatResponse,
  encodeAuthRequest,
  encodeFrame,
  encodeHeartbeatRequest,
  encodeSubscribeRequest,
  ErrorCode,
  FrameDecoder,
  MessageType,
  messageTypeName,
} from '@tick-storm/protocol';
import type { AckResponse, DataBatch, ErrorResponse, Frame, GoAway, SubscribeRequest } from '@tick-storm/protocol';
import type { Duplex } from 'node:stream';
import { formatAddress, type Address } from './address.ts';
import { TickStormError, type TickStormErrorKind } from './errors.ts';
import type { ClientSettings } from './options.ts';
import { refusalOf } from './refusal.ts';
import type { Transport } from './transport.ts';

/** What one connection tells its client. */
export interface ConnectionHandler {
  onAuthenticated(ack: AckResponse): void;
  onSubscribed(ack: AckResponse): void;
  /** The server does not have the position that was asked for: subscribe anew, or {@link Connection.giveUp}. */
  onDeclined(error: ErrorResponse): void;
  onBatch(batch: DataBatch): void;
  onGoAway(notice: GoAway): void;
  /** Called once, unless the client itself closes the connection. */
  onEnd(error: TickStormError): void;
  /** False while there is no room for another batch: then the connection stops reading at the next one. */
  canTakeBatch(): boolean;
}

const FEATURES = ['goaway', 'resume'];

/** How long a closing connection may take to send what is queued before it is cut. */
const CLOSE_GRACE_MS = 1_000;

type Phase = 'authenticating' | 'ready' | 'subscribing' | 'subscribed' | 'ended';

/** One connection, from the first byte to its end: frames, deadlines, heartbeats. It never reconnects. */
export class Connection {
  readonly address: string;
  readonly #settings: ClientSettings;
  readonly #handler: ConnectionHandler;
  readonly #stream: Duplex;
  readonly #decoder: FrameDecoder = new FrameDecoder();
  #phase: Phase = 'authenticating';
  /** A batch that there was no room for. While there is one, nothing is read. */
  #held: Frame | undefined;
  #isReading = false;
  #heartbeats = 0;
  #lastReceivedMs = 0;
  #answerTimer: NodeJS.Timeout | undefined;
  #heartbeatTimer: NodeJS.Timeout | undefined;
  #silenceTimer: NodeJS.Timeout | undefined;

  constructor(address: Address, settings: ClientSettings, transport: Transport, handler: ConnectionHandler) {
    this.address = formatAddress(address);
    this.#settings = settings;
    this.#handler = handler;
    this.#stream = transport(address, (bytes) => this.#receive(bytes));
    this.#stream.on('error', (error) => this.#lose(error));
    this.#stream.on('end', () => this.#lose(undefined));
    this.#stream.on('close', () => this.#lose(undefined));
    this.#expectAnswer(settings.connectTimeoutMs, 'to AUTH');
    const { username, password, clientId } = settings;
    this.#send(MessageType.AUTH, encodeAuthRequest({ username, password, clientId, features: FEATURES }));
  }

  /** True once the server accepted the credentials. */
  get isAuthenticated(): boolean {
    return this.#phase !== 'authenticating' && this.#phase !== 'ended';
  }

  /** Sends SUBSCRIBE; call it once after `onAuthenticated`, and once after each `onDeclined`. */
  subscribe(request: Partial<SubscribeRequest>): void {
    this.#phase = 'subscribing';
    this.#expectAnswer(this.#settings.subscribeTimeoutMs, 'to SUBSCRIBE');
    this.#send(MessageType.SUBSCRIBE, encodeSubscribeRequest(request));
  }

  /** There may be room for batches again. */
  resume(): void {
    if (!this.#held || !this.#handler.canTakeBatch()) return;
    this.#lastReceivedMs = performance.now();
    this.#readFrames();
    if (!this.#held) this.#stream.resume();
  }

  /** Ends the connection as if the server had refused: what it said last is of no use. */
  giveUp(error: ErrorResponse): void {
    this.#end(refusalOf(this.address, error));
  }

  /** Ends the connection, sending what is queued; resolves when it is closed. */
  close(): Promise<void> {
    const isEstablished = this.isAuthenticated;
    this.#stop();
    return new Promise((resolve) => {
      if (this.#stream.destroyed) return resolve();
      const cut = setTimeout(() => this.#stream.destroy(), CLOSE_GRACE_MS);
      this.#stream.once('close', () => {
        clearTimeout(cut);
        resolve();
      });
      if (!isEstablished) return this.#stream.destroy();
      // Closing with unread data would be a reset: read (and throw away) until the server closes too.
      this.#stream.resume();
      this.#stream.end();
    });
  }

  #receive(bytes: Buffer): void {
    if (this.#phase === 'ended') return;
    this.#lastReceivedMs = performance.now();
    this.#decoder.push(bytes);
    this.#readFrames();
    if (!this.#held) return;
    // What is not read now must not lie where the next bytes will.
    this.#held = { type: this.#held.type, payload: Buffer.from(this.#held.payload) };
    this.#decoder.keepUnread();
  }

  #readFrames(): void {
    // A handler may make room and call resume() from within a frame: one loop at a time keeps the order.
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#phase !== 'ended') {
        const frame = this.#held ?? this.#decoder.next();
        if (!frame) return;
        this.#held = undefined;
        if (frame.type === MessageType.DATA_BATCH && !this.#handler.canTakeBatch()) {
          this.#held = frame;
          this.#stream.pause();
          return;
        }
        this.#handle(frame);
      }
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      this.#fail('protocol', `${this.address} does not keep to the protocol: ${what}`, error);
    } finally {
      this.#isReading = false;
    }
  }

  #handle(frame: Frame): void {
    switch (frame.type) {
      case MessageType.DATA_BATCH:
        if (this.#phase !== 'subscribed') throw new Error('DATA_BATCH before a subscription was confirmed');
        return this.#handler.onBatch(decodeDataBatch(frame.payload));
      case MessageType.ACK:
        return this.#handleAck(decodeAckResponse(frame.payload));
      case MessageType.ERROR:
        return this.#handleError(frame.payload);
      case MessageType.PONG:
        decodeHeartbeatResponse(frame.payload);
        return;
      case MessageType.GOAWAY:
        return this.#handler.onGoAway(decodeGoAway(frame.payload));
      default:
        throw new Error(`a server does not send frames of type ${frame.type} (${messageTypeName(frame.type)})`);
    }
  }

  #handleAck(ack: AckResponse): void {
    const isAuth = ack.ackType === MessageType.AUTH && this.#phase === 'authenticating';
    const isSubscribe = ack.ackType === MessageType.SUBSCRIBE && this.#phase === 'subscribing';
    if (!ack.success || (!isAuth && !isSubscribe)) {
      throw new Error(
        `unexpected ACK of ${messageTypeName(ack.ackType)} (success: ${ack.success}) while ${this.#phase}`,
      );
    }
    clearTimeout(this.#answerTimer);
    if (isAuth) {
      this.#phase = 'ready';
      this.#startHeartbeats();
      this.#handler.onAuthenticated(ack);
    } else {
      this.#phase = 'subscribed';
      this.#handler.onSubscribed(ack);
    }
  }

  #handleError(payload: Buffer): void {
    const error = decodeErrorResponse(payload);
    if (error.code !== ErrorCode.POSITION_UNAVAILABLE || this.#phase !== 'subscribing') return this.giveUp(error);
    clearTimeout(this.#answerTimer);
    this.#phase = 'ready';
    this.#handler.onDeclined(error);
  }

  #startHeartbeats(): void {
    const { heartbeatIntervalMs, heartbeatTimeoutMs } = this.#settings;
    this.#heartbeatTimer = setInterval(() => {
      this.#heartbeats += 1;
      const heartbeat = { timestampMs: Date.now(), sequence: this.#heartbeats };
      this.#send(MessageType.HEARTBEAT, encodeHeartbeatRequest(heartbeat));
    }, heartbeatIntervalMs);
    const check = (hasPolled: boolean): void => {
      if (this.#phase === 'ended') return;
      // While reading is paused for the consumer, silence says nothing about the server.
      const silentMs = this.#held ? 0 : performance.now() - this.#lastReceivedMs;
      if (silentMs < heartbeatTimeoutMs) {
        this.#silenceTimer = setTimeout(check, Math.ceil(heartbeatTimeoutMs - silentMs), false);
      } else if (hasPolled) {
        this.#fail(
          'timeout',
          `nothing came from ${this.address} for ${heartbeatTimeoutMs} ms, not even answers to heartbeats`,
        );
      } else {
        // Timers go before sockets: in a program that was busy all the time, what came meanwhile is not read yet.
        setImmediate(check, true);
      }
    };
    check(false);
  }

  #expectAnswer(timeoutMs: number, to: string): void {
    this.#answerTimer = setTimeout(
      () => this.#fail('timeout', `no answer ${to} from ${this.address} within ${timeoutMs} ms`),
      timeoutMs,
    );
  }

  #send(type: number, payload: Uint8Array): void {
    this.#stream.write(encodeFrame(type, payload));
  }

  #lose(cause: Error | undefined): void {
    if (this.#phase === 'authenticating') {
      const why = cause
        ? cause.message || String((cause as NodeJS.ErrnoException).code)
        : 'closed without an answer to AUTH';
      this.#fail('connect', `cannot connect to ${this.address}: ${why}`, cause);
    } else {
      this.#fail(
        'lost',
        `the connection to ${this.address} was ${cause ? `lost: ${cause.message}` : 'closed by the server'}`,
        cause,
      );
    }
  }

  #fail(kind: TickStormErrorKind, message: string, cause?: unknown): void {
    this.#end(new TickStormError(message, { kind, isRetryable: true, address: this.address, cause }));
  }

  #end(error: TickStormError): void {
    if (this.#phase === 'ended') return;
    this.#stop();
    this.#stream.destroy();
    this.#handler.onEnd(error);
  }

  #stop(): void {
    this.#phase = 'ended';
    clearTimeout(this.#answerTimer);
    clearTimeout(this.#silenceTimer);
    clearInterval(this.#heartbeatTimer);
  }
}
