import {
  decodeDataBatch,
  encodeAuthRequest,
  encodeFrame,
  encodeHeartbeatRequest,
  encodeSubscribeRequest,
  FrameDecoder,
  MessageType,
  SubscriptionMode,
} from '@tick-storm/protocol';
import { connect, type Socket } from 'node:net';
import type { ClientSpec } from './fleet-message.ts';
import { Journal } from './journal.ts';
import { SYMBOLS } from './rounds.ts';

const HEARTBEAT_MS = 5_000;
const LONGEST_DELAY_MS = 2_000;
/** A server that says nothing for so long, not even PONG, is gone. */
const SILENCE_MS = 15_000;

/**
 * A client of the original protocol: it announces no extension, knows no GOAWAY and no position, and after a close it
 * connects and subscribes again. Its journal reads the positions, which servers send to everybody, only to count.
 */
export class OriginalClient {
  readonly kind = 'original';
  readonly journal: Journal;
  readonly #spec: ClientSpec;
  readonly #onFailure: (error: unknown) => void;
  #socket: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #heartbeats: NodeJS.Timeout | undefined;
  #attempt = 0;
  #lastReadMs = 0;
  #isClosing = false;
  #wasSubscribed = false;

  constructor(spec: ClientSpec, onFailure: (error: unknown) => void) {
    this.#spec = spec;
    this.#onFailure = onFailure;
    this.journal = new Journal(spec.indices);
    this.#open();
  }

  close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#timer);
    clearInterval(this.#heartbeats);
    this.#socket?.destroy();
    return Promise.resolve();
  }

  #open(): void {
    const { address, username, password, indices } = this.#spec;
    const [host = '', port = ''] = address.split(':');
    const socket = connect({ host, port: Number(port), noDelay: true });
    this.#socket = socket;
    const decoder = new FrameDecoder();
    const symbols = indices.length === SYMBOLS.length ? [] : indices.map((index) => SYMBOLS[index]!);
    socket.on('data', (chunk: Buffer) => this.#read(decoder, chunk));
    // What happened is counted at the close.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#ended());
    socket.write(encodeFrame(MessageType.AUTH, encodeAuthRequest({ username, password })));
    const subscription = encodeSubscribeRequest({ mode: SubscriptionMode.SECOND, symbols });
    socket.write(encodeFrame(MessageType.SUBSCRIBE, subscription));
    this.#lastReadMs = performance.now();
    this.#heartbeats = setInterval(() => {
      if (performance.now() - this.#lastReadMs > SILENCE_MS) socket.destroy();
      socket.write(
        encodeFrame(MessageType.HEARTBEAT, encodeHeartbeatRequest({ timestampMs: Date.now(), sequence: 1 })),
      );
    }, HEARTBEAT_MS);
  }

  #read(decoder: FrameDecoder, chunk: Buffer): void {
    this.#lastReadMs = performance.now();
    decoder.push(chunk);
    try {
      for (let frame = decoder.next(); frame; frame = decoder.next()) {
        if (frame.type === MessageType.ACK) this.#attempt = 0;
        if (frame.type === MessageType.DATA_BATCH) this.#take(frame.payload);
      }
    } catch (error) {
      this.#onFailure(error);
    }
  }

  #take(payload: Buffer): void {
    const { isSnapshot, ticks, streamSequence, sequenceDeltas } = decodeDataBatch(payload);
    if (isSnapshot) {
      if (this.#wasSubscribed) this.journal.subscribed();
      this.#wasSubscribed = true;
      return;
    }
    let sequence = streamSequence;
    for (const [index, { symbol }] of ticks.entries()) {
      if (index > 0) sequence += sequenceDeltas[index - 1] ?? 1;
      this.journal.tick(sequence, symbol);
    }
  }

  #ended(): void {
    clearInterval(this.#heartbeats);
    if (this.#isClosing) return;
    if (this.#attempt === 0) this.journal.closed();
    const ceilingMs = Math.min(LONGEST_DELAY_MS, 250 * 2 ** this.#attempt);
    this.#attempt += 1;
    this.#timer = setTimeout(() => this.#open(), Math.random() * ceilingMs);
  }
}
