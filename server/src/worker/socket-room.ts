import { countDescriptors } from '../limits/descriptor-count.ts';
import type { Libc } from '../limits/libc.ts';
import { Resource } from '../limits/libc.ts';

/**
 * How many sockets of clients the worker's descriptors leave room for. The supervisor's look at the descriptors
 * comes once a second; a rush of connections is faster.
 */
export class SocketRoom {
  /** Sockets that take the descriptors up to the hard threshold. */
  forSessions = Infinity;
  /** The same, and half of what is above: for those that are to be told that there is no room. */
  forArrivals = Infinity;
  readonly #libc: Libc | undefined;
  readonly #hardPercent: number;

  /** @param libc undefined = the limit cannot be read, and there is room for all */
  constructor(libc: Libc | undefined, hardPercent: number) {
    this.#libc = libc;
    this.#hardPercent = hardPercent;
  }

  /** Takes what is open now, but for the clients' sockets, for what is always open. */
  measure(sockets: number): void {
    const limit = this.#libc?.getLimit(Resource.NOFILE).soft ?? Infinity;
    const others = countDescriptors('self') - sockets;
    // Rounded up: what is refused here is a breach in the eyes of the monitor, too, which tells of it.
    const breach = Math.ceil((limit * this.#hardPercent) / 100);
    this.forSessions = breach - others;
    this.forArrivals = Math.floor((breach + limit) / 2) - others;
  }
}
