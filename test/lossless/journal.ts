import type { Window } from './fleet-message.ts';
import { nextOf, symbolAt } from './rounds.ts';
import { SequenceLedger } from './sequence-ledger.ts';

/** What one client lives through: its ticks, its pauses, its connections. */
export class Journal {
  readonly #ledger: SequenceLedger;
  #lastTickMs: number | undefined;
  #longestPauseMs = 0;
  #subscribedAtMs: number[] = [];
  #closes = 0;
  #gaps = 0;

  /** @param indices places in the round of the symbols that it wants */
  constructor(indices: readonly number[]) {
    this.#ledger = new SequenceLedger(nextOf(indices));
  }

  get last(): number {
    return this.#ledger.last ?? 0;
  }

  /** @throws RangeError on a tick that was not asked for, or that is another symbol's */
  tick(sequence: number, symbol: string): void {
    if (symbolAt(sequence) !== symbol)
      throw new RangeError(`position ${sequence} is ${symbol}, not ${symbolAt(sequence)}`);
    this.#ledger.add(sequence);
    const nowMs = performance.now();
    this.#longestPauseMs = Math.max(this.#longestPauseMs, nowMs - (this.#lastTickMs ?? nowMs));
    this.#lastTickMs = nowMs;
  }

  subscribed(): void {
    this.#subscribedAtMs.push(Date.now());
  }

  closed(): void {
    this.#closes += 1;
  }

  gap(): void {
    this.#gaps += 1;
  }

  isUpTo(sequence: number): boolean {
    return this.#ledger.isUpTo(sequence);
  }

  closeAt(sequence: number): void {
    this.#ledger.closeAt(sequence);
  }

  /** Adds what happened since the last call to that of other clients. */
  moveInto(window: Window): void {
    const nowMs = performance.now();
    window.pausesMs.push(Math.round(Math.max(this.#longestPauseMs, nowMs - (this.#lastTickMs ?? nowMs))));
    window.subscribedAtMs.push(...this.#subscribedAtMs);
    window.closes += this.#closes;
    window.gaps += this.#gaps;
    this.#longestPauseMs = 0;
    this.#subscribedAtMs = [];
    this.#closes = 0;
    this.#gaps = 0;
    const { ticks, missing, duplicated, outOfOrder } = this.#ledger;
    window.ticks += ticks;
    window.missing += missing;
    window.duplicated += duplicated;
    window.outOfOrder += outOfOrder;
  }
}

export function emptyWindow(): Window {
  return {
    pausesMs: [],
    subscribedAtMs: [],
    closes: 0,
    ticks: 0,
    missing: 0,
    duplicated: 0,
    outOfOrder: 0,
    gaps: 0,
  };
}
