import { createHash } from 'node:crypto';
import type { Fault, ProxiedRequest } from './fault.ts';

export interface SeededFaultsOptions {
  readonly seed: number;
  /** Whether answers may stall until the operator's own timers give them up: 15 s, for a watch 150 s. */
  readonly withStalls: boolean;
}

/**
 * Faults at random and yet replayable: whether the n-th request for a path fails, and how, follows from the seed, the
 * path and n alone, not from the order in which requests for different paths come.
 */
export class SeededFaults {
  readonly #options: SeededFaultsOptions;
  readonly #counts = new Map<string, number>();
  /** How often each fault was injected. */
  readonly injected: Map<string, number> = new Map<string, number>();

  constructor(options: SeededFaultsOptions) {
    this.#options = options;
  }

  readonly next = (request: ProxiedRequest): Fault | undefined => {
    const key = `${request.method} ${request.path} ${request.isWatch}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    const draw = drawer(`${this.#options.seed} ${key} ${count}`);
    const fault = request.isWatch ? this.#ofWatch(draw) : this.#ofCall(draw, request);
    if (fault !== undefined) {
      const name = `${request.isWatch ? 'watch ' : ''}${fault.kind}${fault.kind === 'status' ? ` ${fault.status}` : ''}`;
      this.injected.set(name, (this.injected.get(name) ?? 0) + 1);
    }
    return fault;
  };

  /** One call in eight; a list in five is as old as the one before it. */
  #ofCall(draw: () => number, { method, isList }: ProxiedRequest): Fault | undefined {
    const chance = draw() * 1_000;
    if (chance < 20) return { kind: 'status', status: 429, retryAfterSeconds: 1 };
    if (chance < 40) return { kind: 'status', status: 500 };
    if (chance < 50) return { kind: 'status', status: 503 };
    if (chance < 60) return method === 'GET' ? undefined : { kind: 'status', status: 409 };
    if (chance < 75) return { kind: 'reset' };
    if (chance < 90) return { kind: 'lose-answer' };
    if (chance < 100) return { kind: 'cut', afterBytes: Math.floor(draw() * 200) };
    if (chance < 105) return { kind: 'garbage' };
    if (chance < 125) return { kind: 'delay', ms: Math.floor(draw() * 1_000) };
    if (chance < 126 && this.#options.withStalls) return { kind: 'stall', afterBytes: 0 };
    return isList === true && chance >= 800 ? { kind: 'stale' } : undefined;
  }

  /** Two watches in three. */
  #ofWatch(draw: () => number): Fault | undefined {
    const chance = draw() * 100;
    if (chance < 40) return { kind: 'cut', afterBytes: Math.floor(draw() * 200_000) };
    if (chance < 48) return { kind: 'expire' };
    if (chance < 54) return { kind: 'status', status: 500 };
    if (chance < 60) return { kind: 'status', status: 429, retryAfterSeconds: 1 };
    if (chance < 64) return { kind: 'reset' };
    if (chance < 66 && this.#options.withStalls) return { kind: 'stall', afterBytes: Math.floor(draw() * 50_000) };
    return undefined;
  }
}

/** Numbers in [0, 1) that follow from the text alone. */
export function drawer(text: string): () => number {
  let round = 0;
  return () => {
    round += 1;
    return createHash('sha256').update(`${text} ${round}`).digest().readUInt32BE() / 2 ** 32;
  };
}
