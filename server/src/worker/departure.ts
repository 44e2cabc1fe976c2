import type { DrainReason } from '../link/drain-reason.ts';
import { Drain } from './drain.ts';
import { Rebalance, type Movable } from './rebalance.ts';

export interface DepartureOptions {
  /** All that are open. */
  connections: () => Movable[];
  /** Unix ms. */
  now: () => number;
  monotonicNow: () => number;
  /** From 0 up to 1. */
  random: () => number;
}

/** How the connections of a worker leave it: some of them, all for a while (park), or all for good. */
export class Departure {
  readonly #options: DepartureOptions;
  #drain: Drain | undefined;
  #isForGood = false;
  #rebalance: Rebalance | undefined;

  constructor(options: DepartureOptions) {
    this.#options = options;
  }

  /** No connection may stay, new ones included. */
  get isUnderWay(): boolean {
    return this.#drain !== undefined;
  }

  /** The window is over: whoever is still there is being closed. */
  get isWindowOver(): boolean {
    return this.#drain?.remainingMs(this.#options.monotonicNow()) === 0;
  }

  /** The worker ends once it has no connection. */
  get isForGood(): boolean {
    return this.#isForGood;
  }

  /** Closes all within the window, for good. A park goes on from where it is, within the shorter of the two windows. */
  leave(reason: DrainReason, windowMs: number): void {
    if (this.#isForGood) return;
    this.#isForGood = true;
    const leftMs = this.#drain?.remainingMs(this.#options.monotonicNow()) ?? Infinity;
    this.#begin(reason, Math.min(windowMs, leftMs));
  }

  /** Closes all within the window; the worker stays. */
  park(windowMs: number): void {
    if (!this.#drain) this.#begin('drain', windowMs);
  }

  /** Ends a park: who is still connected may stay. */
  stay(): void {
    if (!this.#drain || this.#isForGood) return;
    this.#drain = undefined;
    for (const connection of this.#options.connections()) connection.raise({ kind: 'stay' });
  }

  /** Asks some to connect elsewhere; asking anew replaces what is left of the last time. */
  rebalance(connections: number, perSecond: number): void {
    const { monotonicNow, random } = this.#options;
    const all = this.#options.connections();
    this.#rebalance = new Rebalance(all, connections, perSecond, monotonicNow(), random());
  }

  /** To be called every now and then. @param nowMs monotonic */
  step(nowMs: number): void {
    this.#drain?.step(nowMs);
    if (this.#rebalance && !this.#rebalance.step(nowMs, this.#options.now())) this.#rebalance = undefined;
  }

  #begin(reason: DrainReason, windowMs: number): void {
    const { connections, monotonicNow, now } = this.#options;
    this.#drain = new Drain(connections(), reason, windowMs, monotonicNow(), now());
    this.#drain.step(monotonicNow());
  }
}
