import type { Socket } from 'node:net';
import { rateLimitKey } from '../access/peer-address.ts';
import { Tally } from '../access/tally.ts';

/** A connection between its accept and its session: the PROXY header and the TLS handshake come in between. */
export interface Arrival {
  /** Monotonic. */
  readonly acceptedMs: number;
  /** The client's, as far as is known. */
  address: string;
  /** Bytes of the PROXY header. */
  headerBytes: number;
}

/** Connections that have no session yet, under one deadline from the accept on, however the bytes trickle. */
export class Arrivals {
  readonly #timeoutMs: number;
  /** In order of their accept. */
  readonly #arrivals: Map<Socket, Arrival> = new Map();
  readonly #byAddress: Tally = new Tally();
  /** What those are counted under whose client is known. */
  readonly #addressKeys: WeakMap<Arrival, string> = new WeakMap();

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  get size(): number {
    return this.#arrivals.size;
  }

  add(socket: Socket, arrival: Arrival): void {
    this.#arrivals.set(socket, arrival);
  }

  /** Counts it under its address, once that is its client's. @returns how many that client has now */
  identify(arrival: Arrival): number {
    const key = rateLimitKey(arrival.address);
    this.#addressKeys.set(arrival, key);
    return this.#byAddress.add(key);
  }

  /** @returns undefined when it is not, or no longer, an arrival */
  get(socket: Socket): Arrival | undefined {
    return this.#arrivals.get(socket);
  }

  /** Like {@link get}, and then it no longer is one. */
  take(socket: Socket): Arrival | undefined {
    const arrival = this.#arrivals.get(socket);
    if (arrival) this.#forget(socket, arrival);
    return arrival;
  }

  /** Takes all out whose time is over. */
  takeLate(nowMs: number): [Socket, Arrival][] {
    const late: [Socket, Arrival][] = [];
    for (const entry of this.#arrivals) {
      if (nowMs - entry[1].acceptedMs < this.#timeoutMs) break;
      late.push(entry);
    }
    for (const [socket, arrival] of late) this.#forget(socket, arrival);
    return late;
  }

  #forget(socket: Socket, arrival: Arrival): void {
    this.#arrivals.delete(socket);
    const key = this.#addressKeys.get(arrival);
    if (key !== undefined) this.#byAddress.remove(key);
  }
}
