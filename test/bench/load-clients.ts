import type { LoadOptions, LoadTarget, Quantiles, ReadyEvent, ResultEvent } from './load-client.ts';
import { LoadClient } from './load-client.ts';

/**
 * One address of a client has about 28,000 ports, and the kernel looks at those of one parity first, all of them before
 * it takes the others: with fewer connections from each it finds one soon.
 */
const CONNECTIONS_PER_SOURCE = 10_000;

/** Several load clients as one: sums, and of latencies the worst. */
export class LoadClients {
  readonly #target: LoadTarget;
  readonly #options: LoadOptions;
  readonly #sources: number;
  readonly #clients: LoadClient[] = [];

  constructor(target: LoadTarget, options: LoadOptions) {
    this.#target = target;
    this.#options = options;
    this.#sources = Math.ceil(options.connections / CONNECTIONS_PER_SOURCE);
  }

  /** Makes some of the connections before the others. @returns how many */
  async rehearse(connections: number): Promise<number> {
    const first = new LoadClient(this.#target, { ...this.#options, connections }, this.#sources);
    this.#clients.push(first);
    return (await first.ready()).connected;
  }

  /** Makes the connections that are not there yet. @param rehearsed how many are */
  async ready(rehearsed = 0): Promise<ReadyEvent> {
    const { processes = 1, connections } = this.#options;
    const rest = connections - rehearsed;
    const clients = Array.from({ length: processes }, (_, index) => {
      const share = Math.floor(rest / processes) + (index < rest % processes ? 1 : 0);
      return new LoadClient(this.#target, { ...this.#options, connections: share }, this.#sources);
    });
    this.#clients.push(...clients);
    const events = await Promise.all(clients.map((client) => client.ready()));
    return {
      event: 'ready',
      seconds: Math.max(...events.map((each) => each.seconds)),
      connected: sum(events.map((each) => each.connected)),
      failed: sum(events.map((each) => each.failed)),
      resumed: sum(events.map((each) => each.resumed)),
      cpuSeconds: sum(events.map((each) => each.cpuSeconds)),
      handshake: worst(events.map((each) => each.handshake)),
    };
  }

  async measuring(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.measuring()));
  }

  async result(): Promise<ResultEvent> {
    const events = await Promise.all(this.#clients.map((client) => client.result()));
    const total = (field: 'deliveries' | 'bytes' | 'sampledFrames' | 'sampledTicks' | 'gaps' | 'omitted') =>
      sum(events.map((each) => each[field]));
    return {
      event: 'result',
      seconds: Math.max(...events.map((each) => each.seconds)),
      deliveries: total('deliveries'),
      bytes: total('bytes'),
      fewest: Math.min(...events.map((each) => each.fewest)),
      most: Math.max(...events.map((each) => each.most)),
      sampledFrames: total('sampledFrames'),
      sampledTicks: total('sampledTicks'),
      gaps: total('gaps'),
      omitted: total('omitted'),
      closed: sum(events.map((each) => each.closed)),
      errors: sum(events.map((each) => each.errors)),
      // They share one processor.
      cpuSeconds: sum(events.map((each) => each.cpuSeconds)),
      latency: worst(events.map((each) => each.latency)),
      calm: worst(events.map((each) => each.calm)),
      feed: worst(events.map((each) => each.feed)),
    };
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.stop()));
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Quantiles of several processes cannot be merged: the largest of each is a bound for all. */
function worst(all: readonly (Quantiles | null)[]): Quantiles | null {
  const there = all.filter((each) => each !== null);
  if (there.length === 0) return null;
  const largest = (field: keyof Quantiles): number => Math.max(...there.map((each) => each[field]));
  return {
    count: sum(there.map((each) => each.count)),
    p50: largest('p50'),
    p95: largest('p95'),
    p99: largest('p99'),
    p999: largest('p999'),
    max: largest('max'),
  };
}
