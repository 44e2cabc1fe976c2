import { connect } from '@tick-storm/client';
import type { TickStormClient } from '@tick-storm/client';
import type { Credentials } from '../install/credentials.ts';

/** ERROR 13: the server drains. */
const DRAINING = 13;

/** Clients of a service that follow its whole stream through every change. */
export class SteadyClients {
  readonly #clients: readonly TickStormClient[];
  readonly #following: Promise<unknown>;
  /** Connections that ended otherwise than by a server that drains. */
  readonly failures: string[] = [];
  /** Ticks that do not follow the one before. */
  readonly breaks: string[] = [];
  readonly #lastSequences: number[];

  private constructor(clients: readonly TickStormClient[]) {
    this.#clients = clients;
    this.#lastSequences = clients.map(() => 0);
    this.#following = Promise.all(clients.map((client, index) => this.#follow(client, index)));
  }

  static async open(address: string, credentials: Credentials, count: number): Promise<SteadyClients> {
    const clients = Array.from({ length: count }, () => connect({ address, ...credentials, clientId: 'steady' }));
    await Promise.all(clients.map((client) => client.ready()));
    return new SteadyClients(clients);
  }

  /** Clients by the pod that serves them now. */
  get byPod(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { server } of this.#clients) {
      const pod = server?.instance;
      if (pod !== undefined) counts.set(pod, (counts.get(pod) ?? 0) + 1);
    }
    return counts;
  }

  /** The newest tick of the client that is farthest behind. */
  get slowest(): number {
    return Math.min(...this.#lastSequences);
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.#following;
  }

  async #follow(client: TickStormClient, index: number): Promise<void> {
    client.on('error', (error) => {
      if (error.server?.code !== DRAINING) this.failures.push(`client ${index}: ${error.kind}: ${error.message}`);
    });
    for await (const { sequence, isSnapshot } of client.subscribe()) {
      if (isSnapshot || sequence === undefined) continue;
      const last = this.#lastSequences[index] ?? 0;
      if (last !== 0 && sequence !== last + 1) this.breaks.push(`client ${index}: ${sequence} after ${last}`);
      this.#lastSequences[index] = sequence;
    }
  }
}
