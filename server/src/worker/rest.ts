import type { Socket } from 'node:net';
import type { Libc } from '../limits/libc.ts';
import { NO_DESCRIPTOR } from './direct-send.ts';
import { RestQueue, type Restful } from './rest-queue.ts';
import { RestingSockets, type RestingOwner } from './resting-sockets.ts';

/** How often what resting connections send is read. */
const POLL_MS = 10;
/** How many that have lagged may give up their streams in that time, at about 9 µs each. */
const PER_POLL = 80;
/** Who has lagged will do so again soon, and waking costs as much as ten sends. */
const AFTER_LAG_MS = 30_000;

/** Connections that keep up and say little rest: they have no stream, and what they send is read now and then. */
export class Rest {
  readonly #sockets: RestingSockets | undefined;
  readonly #monotonicNow: () => number;
  readonly #recovered: RestQueue = new RestQueue(AFTER_LAG_MS);
  #timer: NodeJS.Timeout | undefined;

  /** @param libc undefined = the C library cannot be called: nobody rests */
  constructor(libc: Libc | undefined, monotonicNow: () => number) {
    const epoll = libc?.openEpoll();
    this.#sockets = libc && epoll && new RestingSockets(libc, epoll);
    this.#monotonicNow = monotonicNow;
  }

  /** A connection gets batches from now on, and is expected to say little. */
  onJoined(connection: Restful): void {
    if (!this.#sockets) return;
    // At once: what a stream has taken can then be used again for the next one, however fast they come.
    if (connection.rest()) this.#look();
    else this.onRecovered(connection);
  }

  /** A connection that has had to wake keeps up again. */
  onRecovered(connection: Restful): void {
    if (!this.#sockets) return;
    this.#recovered.add(connection, this.#monotonicNow());
    this.#look();
  }

  /** A connection ends. */
  forget(connection: Restful): void {
    this.#recovered.delete(connection);
  }

  /** @returns the socket's descriptor from now on; NO_DESCRIPTOR when it keeps its stream */
  take(socket: Socket, owner: RestingOwner): number {
    return this.#sockets?.take(socket, owner) ?? NO_DESCRIPTOR;
  }

  /** @param descriptor that {@link take} has given */
  wake(descriptor: number, owner: RestingOwner): Socket {
    return this.#sockets!.wake(descriptor, owner);
  }

  /** Reads what resting connections have sent. */
  poll(): void {
    this.#sockets?.poll();
  }

  #look(): void {
    this.#timer ??= setInterval(() => this.#step(this.#monotonicNow()), POLL_MS);
  }

  #step(nowMs: number): void {
    this.poll();
    this.#recovered.step(nowMs, PER_POLL);
    if (this.#sockets!.size > 0 || !this.#recovered.isEmpty) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
