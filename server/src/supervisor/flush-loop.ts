/**
 * Calls a function at a fixed rate; a late call does not shift the ones after it, missed ones are left out. While
 * the function says that it has more to do it is called again at once, between other events.
 */
export class FlushLoop {
  #intervalMs: number;
  readonly #flush: () => boolean;
  readonly #monotonicNow: () => number;
  #nextMs = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param flush returns true when more could be done at once */
  constructor(intervalMs: number, monotonicNow: () => number, flush: () => boolean) {
    this.#intervalMs = intervalMs;
    this.#monotonicNow = monotonicNow;
    this.#flush = flush;
  }

  get intervalMs(): number {
    return this.#intervalMs;
  }

  start(): void {
    this.#nextMs = this.#monotonicNow() + this.#intervalMs;
    this.#schedule();
  }

  /** Takes another interval, from the next call on. */
  setInterval(intervalMs: number): void {
    this.#intervalMs = intervalMs;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    const waitMs = this.#nextMs - this.#monotonicNow();
    this.#timer = setTimeout(() => this.#run(), Math.max(0, waitMs));
  }

  #run(): void {
    if (this.#flush()) {
      this.#timer = setTimeout(() => this.#run(), 0);
      return;
    }
    const nowMs = this.#monotonicNow();
    const missed = Math.max(0, Math.floor((nowMs - this.#nextMs) / this.#intervalMs));
    this.#nextMs += (1 + missed) * this.#intervalMs;
    this.#schedule();
  }
}
