import {
  encodeAckResponse,
  encodeBatchTick,
  encodeDataBatchFrame,
  encodeFrame,
  FrameDecoder,
  MessageType,
  SubscriptionMode,
} from '@tick-storm/protocol';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Load } from './load.ts';

const SYMBOLS = Array.from({ length: 200 }, (_, index) => `S${String(index + 1).padStart(3, '0')}`);

/** Says what a server says, and sends the same frames to everyone: so little that readers are what is measured. */
export class TickSource {
  readonly #load: Load;
  readonly #server: Server = createServer({ noDelay: true }, (socket) => this.#welcome(socket));
  readonly #sockets: Set<Socket> = new Set();
  #timer: NodeJS.Timeout | undefined;
  #frame: Buffer = Buffer.alloc(0);
  #sequence = 0;
  #batches = 0;

  constructor(load: Load) {
    this.#load = load;
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** Sends ticks from now on to those that have subscribed. */
  start(): void {
    const { intervalMs, groups } = this.#load;
    if (intervalMs === 0) {
      for (const socket of this.#sockets) this.#pour(socket);
      return;
    }
    const startedMs = performance.now();
    const pauseMs = intervalMs / groups;
    let sent = 0;
    this.#timer = setInterval(() => {
      // A timer that is late must not thin the stream.
      for (const due = (performance.now() - startedMs) / pauseMs; sent < due; sent += 1) this.#send(sent % groups);
    }, pauseMs);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #welcome(socket: Socket): void {
    const decoder = new FrameDecoder();
    // The readers' process is ended when it has been measured.
    socket.on('error', () => this.#sockets.delete(socket));
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      decoder.push(chunk);
      for (let frame = decoder.next(); frame; frame = decoder.next()) {
        if (frame.type !== MessageType.AUTH && frame.type !== MessageType.SUBSCRIBE) continue;
        const metadata: Record<string, string> =
          frame.type === MessageType.AUTH
            ? { features: 'goaway,resume' }
            : { epoch: 'bench', stream_sequence: String(this.#sequence) };
        const ack = encodeAckResponse({ ackType: frame.type, success: true, metadata });
        socket.write(encodeFrame(MessageType.ACK, ack));
        if (frame.type === MessageType.SUBSCRIBE) this.#sockets.add(socket);
      }
    });
  }

  #send(group: number): void {
    if (group === 0) this.#frame = this.#nextFrame();
    let index = 0;
    for (const socket of this.#sockets) {
      if (index % this.#load.groups === group) socket.write(this.#frame);
      index += 1;
    }
  }

  #pour(socket: Socket): void {
    while (socket.write(this.#nextFrame()));
    // Not at once: where the reader keeps up, nothing else would ever get its turn.
    socket.once('drain', () => setImmediate(() => this.#pour(socket)));
  }

  #nextFrame(): Buffer {
    const first = this.#sequence + 1;
    this.#batches += 1;
    this.#sequence += this.#load.ticks;
    const nowMs = Date.now();
    const ticks = Array.from({ length: this.#load.ticks }, (_, index) => {
      const symbol = SYMBOLS[(first + index - 1) % SYMBOLS.length]!;
      const price = 100 + (first % 997) / 100;
      const quote = { price, volume: 100 + (first % 50), bid: price - 0.05, ask: price + 0.05, bidSize: 5, askSize: 7 };
      return encodeBatchTick({ symbol, timestampMs: nowMs, mode: SubscriptionMode.SECOND, metadata: {}, ...quote });
    });
    return encodeDataBatchFrame(ticks, {
      batchTimestampMs: nowMs,
      batchSequence: this.#batches,
      streamSequence: first,
      previousSequence: first - 1,
    });
  }
}
