import type { Socket } from 'node:net';

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

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  get size(): number {
    return this.#arrivals.size;
  }

  add(socket: Socket, arrival: Arrival): void {
    this.#arrivals.set(socket, arrival);
  }

  /** @returns undefined when it is not, or no longer, an arrival */
  get(socket: Socket): Arrival | undefined {
    return this.#arrivals.get(socket);
  }

  /** Like {@link get}, and then it no longer is one. */
  take(socket: Socket): Arrival | undefined {
    const arrival = this.#arrivals.get(socket);
    this.#arrivals.delete(socket);
    return arrival;
  }

  /** Takes all out whose time is over. */
  takeLate(nowMs: number): [Socket, Arrival][] {
    const late: [Socket, Arrival][] = [];
    for (const entry of this.#arrivals) {
      if (nowMs - entry[1].acceptedMs < this.#timeoutMs) break;
      late.push(entry);
    }
    for (const [socket] of late) this.#arrivals.delete(socket);
    return late;
  }
}
