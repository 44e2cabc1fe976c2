import {
  encodeAckResponse,
  encodeDataBatch,
  encodeErrorResponse,
  encodeFrame,
  FrameDecoder,
  MessageType,
  type DataBatch,
  type ErrorResponse,
  type Frame,
} from '@tick-storm/protocol';
import { once } from 'node:events';
import { duplexPair, type Duplex } from 'node:stream';
import { TickStormClient } from '../client.ts';
import type { TickStormError } from '../errors.ts';
import type { BatchInfo, ClientState, GoAwayNotice, StateChange } from '../events.ts';
import type { Gap } from '../gap.ts';
import { resolveOptions, type ConnectOptions } from '../options.ts';
import type { SubscribeOptions } from '../subscribe-options.ts';
import type { Subscription } from '../subscription.ts';
import type { Tick } from '../tick.ts';
import type { Transport } from '../transport.ts';

type BatchFields = Omit<Partial<DataBatch>, 'ticks'>;

/** A DATA_BATCH frame of consecutive ticks. */
export function batchFrame(first: number, count: number, more: BatchFields = {}): Buffer {
  const ticks = Array.from({ length: count }, (_, index) => ({
    symbol: 'AAPL',
    timestampMs: first + index,
    price: 1,
    mode: 1,
  }));
  const fields = { batchSequence: 1, streamSequence: first, previousSequence: first - 1, ...more };
  return encodeFrame(MessageType.DATA_BATCH, encodeDataBatch({ ...fields, ticks }));
}

/** The server's end of one connection, played by the test. */
export class Peer {
  readonly stream: Duplex;
  readonly #decoder = new FrameDecoder();
  readonly #frames: Frame[] = [];

  constructor(stream: Duplex) {
    this.stream = stream;
    stream.on('error', () => {});
    stream.on('end', () => stream.end());
    stream.on('data', (chunk: Buffer) => {
      this.#decoder.push(chunk);
      for (let frame = this.#decoder.next(); frame; frame = this.#decoder.next()) {
        this.#frames.push(frame);
        stream.emit('frame');
      }
    });
  }

  async frame(type: number): Promise<Frame> {
    for (;;) {
      const frame = this.#frames.shift();
      if (!frame) await once(this.stream, 'frame');
      else if (frame.type === type) return frame;
    }
  }

  send(type: number, payload: Uint8Array): void {
    this.stream.write(encodeFrame(type, payload));
  }

  async acceptAuth(metadata: Record<string, string> = {}): Promise<void> {
    await this.frame(MessageType.AUTH);
    this.send(MessageType.ACK, encodeAckResponse({ ackType: MessageType.AUTH, success: true, metadata }));
  }

  async acceptSubscribe(epoch = 'a', sequence = 0): Promise<Frame> {
    const frame = await this.frame(MessageType.SUBSCRIBE);
    this.confirm(epoch, sequence);
    return frame;
  }

  /** Answers SUBSCRIBE. */
  confirm(epoch: string, sequence: number): void {
    const metadata = { epoch, stream_sequence: String(sequence) };
    this.send(MessageType.ACK, encodeAckResponse({ ackType: MessageType.SUBSCRIBE, success: true, metadata }));
  }

  sendTicks(first: number, count: number, more: BatchFields = {}): void {
    this.stream.write(batchFrame(first, count, more));
  }

  /** Answers SUBSCRIBE with code 14. */
  decline(fields: Pick<ErrorResponse, 'epoch' | 'earliestSequence'>): void {
    this.send(MessageType.ERROR, encodeErrorResponse({ code: 14, message: 'gone', timestampMs: 5, ...fields }));
  }

  refuse(code: number): void {
    this.send(MessageType.ERROR, encodeErrorResponse({ code, message: 'no', details: 'why', timestampMs: 5 }));
    this.stream.end();
  }
}

/** What a server of today says in its answer to AUTH. */
export const RESUMES = { server_version: '0.1.0', features: 'goaway,resume' };

/** A client whose connections end in peers, one after another. */
export class Bench {
  readonly client: TickStormClient;
  readonly states: StateChange[] = [];
  readonly gaps: Gap[] = [];
  readonly batches: BatchInfo[] = [];
  readonly goAways: GoAwayNotice[] = [];
  readonly errors: TickStormError[] = [];
  readonly #peers: Peer[] = [];
  #opened: (() => void)[] = [];

  constructor(options: Partial<ConnectOptions> = {}) {
    const settings = resolveOptions({
      address: 'server:1',
      username: 'user1',
      password: 'pass1',
      reconnect: { baseDelayMs: 1, maxDelayMs: 1 },
      ...options,
    });
    const transport: Transport = (_, receive) => {
      const [ours, theirs] = duplexPair();
      ours.on('data', (chunk: Buffer) => {
        // As a buffer that all sockets read into.
        const bytes = Buffer.from(chunk);
        receive(bytes);
        bytes.fill(0xff);
      });
      this.#peers.push(new Peer(theirs));
      for (const wake of this.#opened.splice(0)) wake();
      return ours;
    };
    this.client = new TickStormClient(settings, transport, () => 0);
    this.client.on('state', (change) => this.states.push(change));
    this.client.on('gap', (gap) => this.gaps.push(gap));
    this.client.on('batch', (batch) => this.batches.push(batch));
    this.client.on('goaway', (notice) => this.goAways.push(notice));
    this.client.on('error', (error) => this.errors.push(error));
  }

  /** Waits for a state; `once` would take an `error` event for its own failure. */
  async untilState(state: ClientState): Promise<void> {
    while (this.client.state !== state)
      await new Promise<void>((resolve) => this.client.once('state', () => resolve()));
  }

  /** How many were opened so far. */
  get connections(): number {
    return this.#peers.length;
  }

  /** The connection number `index`, from 0, once it is opened. */
  async peer(index: number): Promise<Peer> {
    while (this.#peers.length <= index) await new Promise<void>((resolve) => this.#opened.push(resolve));
    return this.#peers[index]!;
  }

  /** A client that is subscribed over its first connection. */
  async subscribe(options: SubscribeOptions = {}): Promise<{ peer: Peer; ticks: Subscription }> {
    const ticks = this.client.subscribe(options);
    const peer = await this.peer(0);
    await peer.acceptAuth({ instance: 'pod-1', ...RESUMES });
    await peer.acceptSubscribe();
    return { peer, ticks };
  }
}

export function sequences(ticks: readonly Tick[]): (number | undefined)[] {
  return ticks.map((tick) => tick.sequence);
}
