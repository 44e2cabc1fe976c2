import { connect } from '@tick-storm/client';
import {
  decodeDataBatch,
  encodeAuthRequest,
  encodeFrame,
  encodeSubscribeRequest,
  FrameDecoder,
  MessageType,
  SubscriptionMode,
} from '@tick-storm/protocol';
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';

/** One connection that takes ticks. */
export interface Reader {
  /** Resolves when the subscription is confirmed. */
  readonly ready: Promise<unknown>;
  /** Ticks so far. */
  readonly ticks: number;
}

/** What is compared: the library, and how little can be done with the same bytes. */
export const READERS = {
  library: (port: number): Reader => new LibraryReader(port),
  /** Cuts the bytes into frames and decodes the ticks: what everybody has to do who wants ticks. */
  parse: (port: number): Reader => new ParsingReader(port),
} as const;

export type ReaderKind = keyof typeof READERS;

const CREDENTIALS = { username: 'bench', password: 'bench' };

class LibraryReader implements Reader {
  readonly ready: Promise<unknown>;
  ticks = 0;

  constructor(port: number) {
    const client = connect({ address: `127.0.0.1:${port}`, ...CREDENTIALS, reconnect: false });
    const subscription = client.subscribe();
    this.ready = new Promise<void>((resolve) => {
      client.on('state', ({ state }) => {
        if (state === 'subscribed') resolve();
      });
    });
    void this.#count(subscription);
  }

  async #count(ticks: AsyncIterable<unknown>): Promise<void> {
    for await (const tick of ticks) if (tick) this.ticks += 1;
  }
}

class ParsingReader implements Reader {
  readonly ready: Promise<unknown>;
  ticks = 0;

  constructor(port: number) {
    const socket = connectSocket({ host: '127.0.0.1', port, noDelay: true });
    const decoder = new FrameDecoder();
    const ready = Promise.withResolvers<void>();
    this.ready = ready.promise;
    let acks = 0;
    socket.on('data', (chunk: Buffer) => {
      decoder.push(chunk);
      for (let frame = decoder.next(); frame; frame = decoder.next()) {
        if (frame.type === MessageType.DATA_BATCH) this.ticks += decodeDataBatch(frame.payload).ticks.length;
        else if (frame.type === MessageType.ACK && (acks += 1) === 2) ready.resolve();
      }
    });
    socket.write(encodeFrame(MessageType.AUTH, encodeAuthRequest(CREDENTIALS)));
    const subscription = encodeSubscribeRequest({ mode: SubscriptionMode.SECOND });
    socket.write(encodeFrame(MessageType.SUBSCRIBE, subscription));
    once(socket, 'error').then(([error]) => ready.reject(error as Error), ready.reject);
  }
}
