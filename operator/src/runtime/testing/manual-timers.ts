import type { Timers } from '../work-queue.ts';

interface Pending {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** Time that passes only when a test says so. */
export class ManualTimers implements Timers {
  #nowMs = 0;
  readonly #pending = new Set<Pending>();

  now(): number {
    return this.#nowMs;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const entry = { dueMs: this.#nowMs + delayMs, callback };
    this.#pending.add(entry);
    return () => this.#pending.delete(entry);
  }

  /** Lets time pass, and calls back what falls due, in order. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const [next] = [...this.#pending].filter(({ dueMs }) => dueMs <= untilMs).toSorted((a, b) => a.dueMs - b.dueMs);
      if (next === undefined) break;
      this.#pending.delete(next);
      this.#nowMs = next.dueMs;
      next.callback();
    }
    this.#nowMs = untilMs;
  }
}
