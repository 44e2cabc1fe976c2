import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { authFrame, subscribeFrame, type AuthFields, type SubscribeFields } from './messages.ts';
import { GUARD_MS } from './eventually.ts';
import { takeFrame, TYPE, type RawFrame } from './raw-frame.ts';

export interface RawOptions {
  /** The address that the connection comes from: all of 127.0.0.0/8 is ours. */
  localAddress?: string;
  /** Does not close its own half when the server closes: a client that never lets go. */
  allowHalfOpen?: boolean;
  /** Speaks TLS with these options. */
  tls?: ConnectionOptions;
  /** Speaks TLS over this instead of a new connection. */
  below?: Duplex;
}

/** A TCP or TLS connection that sends any bytes and keeps all frames that come. */
export class RawConnection {
  readonly socket: Socket;
  /** Every frame so far, in order. */
  readonly frames: RawFrame[] = [];
  /** Bytes after the last whole frame. */
  rest: Buffer = Buffer.alloc(0);
  /** True once the server has closed its side or reset the connection. */
  isClosed = false;
  /** The error that ended the connection, such as ECONNRESET. */
  error: NodeJS.ErrnoException | undefined;
  #read = 0;
  #failure: Error | undefined;
  #wakeUps: (() => void)[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => {
      this.error = error;
    });
    const close = (): void => {
      this.isClosed = true;
      this.#wake();
    };
    socket.on('end', close);
    socket.on('close', close);
  }

  /** Connects to 127.0.0.1:`port`. */
  static async open(port: number, options: RawOptions = {}): Promise<RawConnection> {
    const { localAddress = '127.0.0.1', allowHalfOpen = false, tls, below } = options;
    const where = { host: '127.0.0.1', port, localAddress, allowHalfOpen };
    const way = below ? { socket: below, host: where.host } : where;
    const connection = new RawConnection(tls ? connectTls({ ...way, ...tls }) : connect(where));
    let isOpen = false;
    connection.socket.once(tls ? 'secureConnect' : 'connect', () => {
      isOpen = true;
      connection.#wake();
    });
    await connection.#until(() => isOpen || connection.isClosed, 'the connection to open');
    if (!isOpen) throw connection.error ?? new Error('closed while connecting');
    return connection;
  }

  send(...parts: Uint8Array[]): void {
    this.socket.write(Buffer.concat(parts));
  }

  /** Sends AUTH and resolves to the answer, whatever it is. */
  auth(fields: AuthFields): Promise<RawFrame> {
    this.send(authFrame(fields));
    return this.next();
  }

  /** Sends SUBSCRIBE and resolves to the ACK; batches may follow at once. */
  async subscribe(fields: SubscribeFields): Promise<RawFrame> {
    this.send(subscribeFrame(fields));
    return this.nextOf(TYPE.ACK);
  }

  /** The next frame not yet read. @throws Error when the connection closes first */
  async next(): Promise<RawFrame> {
    await this.#until(() => this.#read < this.frames.length || this.isClosed, 'a frame');
    const received = this.frames[this.#read];
    if (!received) throw new Error(`closed without another frame; received ${this.#describe()}`);
    this.#read += 1;
    return received;
  }

  /** The next frame of `type`, skipping others (batches come between answers). */
  async nextOf(type: number): Promise<RawFrame> {
    for (;;) {
      const received = await this.next();
      if (received.type === type) return received;
    }
  }

  /** Waits until the server has closed and resolves to the frames that were not yet read. */
  async untilClosed(): Promise<RawFrame[]> {
    await this.#until(() => this.isClosed, 'the server to close');
    const unread = this.frames.slice(this.#read);
    this.#read = this.frames.length;
    return unread;
  }

  /** Waits until both sides are closed; afterwards `error` tells of a reset, also of one after the end. */
  async untilGone(): Promise<void> {
    await this.#until(() => this.socket.closed, 'the connection to be gone');
  }

  /** Waits until `condition` holds; it is looked at again whenever bytes arrive. */
  until(condition: () => boolean, what: string): Promise<void> {
    return this.#until(condition, what);
  }

  close(): void {
    this.socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    try {
      for (let taken = takeFrame(this.rest); taken; taken = takeFrame(this.rest)) {
        this.frames.push(taken.frame);
        this.rest = taken.rest;
      }
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      this.socket.destroy();
    }
    this.#wake();
  }

  async #until(condition: () => boolean, what: string): Promise<void> {
    let isLate = false;
    const guard = setTimeout(() => {
      isLate = true;
      this.#wake();
    }, GUARD_MS);
    try {
      while (!condition()) {
        if (this.#failure) throw this.#failure;
        if (isLate) throw new Error(`waited ${GUARD_MS} ms for ${what}; received ${this.#describe()}`);
        await new Promise<void>((resolve) => this.#wakeUps.push(resolve));
      }
      if (this.#failure) throw this.#failure;
    } finally {
      clearTimeout(guard);
    }
  }

  #wake(): void {
    for (const wakeUp of this.#wakeUps.splice(0)) wakeUp();
  }

  #describe(): string {
    const types = this.frames.slice(-10).map((received) => received.type);
    const end = this.error ? `, then ${this.error.code}` : '';
    return `${this.frames.length} frames (last types ${types.join(' ')}) and ${this.rest.length} more bytes${end}`;
  }
}
