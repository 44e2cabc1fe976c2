import { constants } from 'node:os';
import { Socket } from 'node:net';
import type { Epoll } from '../limits/epoll.ts';
import { EPOLL_EVENTS } from '../limits/epoll.ts';
import type { Libc } from '../limits/libc.ts';
import { NO_DESCRIPTOR } from './direct-send.ts';
import type { SocketObserver } from './socket-events.ts';
import { keepEvents, passEvents } from './socket-events.ts';
import { systemHandle } from './system-handle.ts';

const { EAGAIN, EINTR } = constants.errno;
/** What is read of one of them at once; what is left is read the next time. */
const READ_BYTES = 65_536;

/** How many wake within one look because they have ended, at about 40 µs each: whole balancers end at once. */
const WAKES_AT_ONCE = 100;

/** Whose socket it is. */
export interface RestingOwner extends SocketObserver {
  /** Takes its stream back, which tells what has happened to the socket. @returns it */
  wake(): Socket;
}

/**
 * Sockets without a stream, for connections that have nothing to say but a heartbeat now and then: only the number of
 * a descriptor each, where a net.Socket takes 1.5 KB. What comes is read when {@link poll} is called; everything else
 * (an end, a failure, a write that the kernel does not take) is for a stream, which {@link wake} makes anew.
 */
export class RestingSockets {
  readonly #libc: Libc;
  readonly #epoll: Epoll;
  /** By descriptor. */
  readonly #owners: (RestingOwner | undefined)[] = [];
  readonly #received: Buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  #size = 0;
  #wakesLeft = 0;

  constructor(libc: Libc, epoll: Epoll) {
    this.#libc = libc;
    this.#epoll = epoll;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Takes a socket over from a stream in which nothing waits.
   * @returns its descriptor from now on; NO_DESCRIPTOR when the system refuses, and the stream is as it was
   */
  take(socket: Socket, owner: RestingOwner): number {
    const { fd = NO_DESCRIPTOR } = systemHandle(socket) ?? {};
    if (fd < 0) return NO_DESCRIPTOR;
    const descriptor = this.#libc.duplicate(fd);
    if (descriptor < 0) return NO_DESCRIPTOR;
    if (!this.#epoll.add(descriptor)) {
      this.#libc.closeDescriptor(descriptor);
      return NO_DESCRIPTOR;
    }
    this.#owners[descriptor] = owner;
    this.#size++;
    keepEvents(socket);
    socket.destroy();
    return descriptor;
  }

  /** Makes a stream of a socket anew, which tells its owner of what happens to it. */
  wake(descriptor: number, owner: RestingOwner): Socket {
    this.#epoll.remove(descriptor);
    this.#owners[descriptor] = undefined;
    this.#size--;
    const socket = this.#open(descriptor);
    passEvents(socket, owner);
    return socket;
  }

  /** Reads what has come, and wakes who has ended: some of them, when they are many. */
  poll(): void {
    this.#wakesLeft = WAKES_AT_ONCE;
    // Who sends without end is told of again and again.
    for (let calls = Math.ceil(this.#size / EPOLL_EVENTS); calls > 0 && this.#wakesLeft > 0; calls--) {
      if (this.#epoll.poll((descriptor, hasEnded) => this.#read(descriptor, hasEnded)) < EPOLL_EVENTS) return;
    }
  }

  #read(descriptor: number, hasEnded: boolean): void {
    const owner = this.#owners[descriptor];
    if (!owner) {
      // Told of before another one's words have woken it.
      this.#epoll.remove(descriptor);
      return;
    }
    if (hasEnded) {
      // Who is passed over is told of again.
      if (this.#wakesLeft-- > 0) owner.wake();
      return;
    }
    const bytes = this.#libc.receive(descriptor, this.#received);
    if (bytes > 0) owner.onData(Buffer.from(this.#received.subarray(0, bytes)));
    else if (bytes === 0) owner.wake();
    // The system tells of a failure once: the stream would not see it.
    else if (bytes !== -EAGAIN && bytes !== -EINTR) owner.wake().destroy(new Error(`recv failed with errno ${-bytes}`));
  }

  #open(descriptor: number): Socket {
    try {
      return new Socket({ fd: descriptor, allowHalfOpen: true, readable: true, writable: true });
    } catch (error) {
      this.#libc.closeDescriptor(descriptor);
      return new Socket().destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
