import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ListenAddress } from '../config/listen-address.ts';
import { formatAddress } from '../config/listen-address.ts';

/** One HTTP port. */
export class HttpListener {
  readonly #server: Server;

  constructor(onRequest: RequestListener) {
    this.#server = createServer(onRequest);
  }

  /** @returns HOST:PORT that it listens on */
  listen({ host, port }: ListenAddress): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
        this.#server.off('error', reject);
        const bound: AddressInfo | string | null = this.#server.address();
        if (bound === null || typeof bound === 'string') reject(new Error('the listener has no address'));
        else resolve(formatAddress(bound.address, bound.port));
      });
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
