import { Agent, request } from 'undici';
import { z } from 'zod';
import { ADMIN_PORT } from '../builders/ports.ts';

/** Where a pod is asked, and as whom. */
export interface PodAddress {
  readonly address: string;
  /** Bearer token of its admin port. */
  readonly token: string;
}

const drainStatus = z.object({
  state: z.enum(['starting', 'serving', 'draining', 'parked', 'stopping']),
  connections: z.number().min(0),
});

export type DrainStatus = z.output<typeof drainStatus>;

/** What can be asked of a pod's admin port. Every call fails when the pod does not answer in time. */
export interface PodAdmin {
  status(pod: PodAddress): Promise<DrainStatus>;
  /** Unready at once; after the delay its clients are sent away over the window. Asking again changes nothing. */
  drain(pod: PodAddress, windowSeconds: number, delaySeconds: number): Promise<DrainStatus>;
  /** Takes the pod back into service. */
  resume(pod: PodAddress): Promise<DrainStatus>;
  /** Asks some of its clients to connect elsewhere; asking anew replaces what is left of the last time. */
  rebalance(pod: PodAddress, connections: number, perSecond: number): Promise<void>;
}

const TIMEOUT_MS = 2_000;
const LARGEST_ANSWER_BYTES = 65_536;

/** Asks pods over HTTP. */
export class HttpPodAdmin implements PodAdmin {
  readonly #agent = new Agent({ maxResponseSize: LARGEST_ANSWER_BYTES, pipelining: 0 });
  readonly #cutOff: AbortSignal;
  readonly #port: number;

  /** @param cutOff aborts calls under way: a successor must not wait for pods that hang */
  constructor(cutOff: AbortSignal, port: number = ADMIN_PORT.number) {
    this.#cutOff = cutOff;
    this.#port = port;
  }

  async status(pod: PodAddress): Promise<DrainStatus> {
    return drainStatus.parse(await this.#call(pod, 'GET', '/drain'));
  }

  async drain(pod: PodAddress, windowSeconds: number, delaySeconds: number): Promise<DrainStatus> {
    const path = `/drain?seconds=${windowSeconds}&delaySeconds=${delaySeconds}`;
    return drainStatus.parse(await this.#call(pod, 'POST', path));
  }

  async resume(pod: PodAddress): Promise<DrainStatus> {
    return drainStatus.parse(await this.#call(pod, 'DELETE', '/drain'));
  }

  async rebalance(pod: PodAddress, connections: number, perSecond: number): Promise<void> {
    await this.#call(pod, 'POST', '/rebalance', JSON.stringify({ connections, perSecond }));
  }

  async #call(
    { address, token }: PodAddress,
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    sent?: string,
  ): Promise<unknown> {
    const host = address.includes(':') ? `[${address}]` : address;
    const { statusCode, body } = await request(`http://${host}:${this.#port}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(sent !== undefined && { body: sent }),
      dispatcher: this.#agent,
      signal: AbortSignal.any([this.#cutOff, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (statusCode === 200) return await body.json();
    await body.dump();
    throw new Error(`the admin port answers ${method} ${path} with ${statusCode}`);
  }
}
