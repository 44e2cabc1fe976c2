import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const INTERVAL_MS = 40;
const CONNECT_MS = 1_000;

/** Whether somebody accepts connections there. @param address `HOST:PORT` */
export function isReached(address: string): Promise<boolean> {
  const [host = '', port = ''] = address.split(':');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.on('connect', () => socket.end()).resume();
    // A connect that is dropped on the way would wait for minutes.
    socket.setTimeout(CONNECT_MS, () => {
      socket.destroy();
      resolve(false);
    });
  });
}

/** Connects to a service again and again, as new clients do, and counts those that are refused or reset. */
export class Arrivals {
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  readonly failures: string[] = [];
  count = 0;

  /** @param address `HOST:PORT` */
  constructor(address: string) {
    this.#running = this.#run(address);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(address: string): Promise<void> {
    const [host = '', port = ''] = address.split(':');
    const under: Promise<void>[] = [];
    while (!this.#stopping.signal.aborted) {
      under.push(this.#arrive(host, Number(port)));
      await sleep(INTERVAL_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
    await Promise.all(under);
  }

  /** One that comes and goes without a word: it is accepted, and closed in order. */
  #arrive(host: string, port: number): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect({ host, port });
      socket.on('connect', () => socket.end());
      socket.on('error', (error) => this.failures.push(`${new Date().toISOString()} ${error.message}`));
      socket.on('close', () => {
        this.count += 1;
        resolve();
      });
      socket.resume();
    });
  }
}
