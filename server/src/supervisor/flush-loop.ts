/** How soon a flush is tried again that could not be made. */
const RETRY_MS = 2;

/** `done`: the next one when its time has come; `more`: there is more to do at once; `busy`: it could not be made. */
export type FlushResult = 'done' | 'more' | 'busy';

/**
 * Calls a function at a rate that may change; a late call does not shift the ones after it, missed ones are left
 * out. While the function says that it has more to do it is called again at once, between other events.
 */
export class FlushLoop {
  #intervalMs: number;
  readonly #flush: () => FlushResult;
  readonly #monotonicNow: () => number;
  #nextMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(intervalMs: number, monotonicNow: () => number, flush: () => FlushResult) {
    this.#intervalMs = intervalMs;
    this.#monotonicNow = monotonicNow;
    this.#flush = flush;
  }

  start(): void {
    this.#nextMs = this.#monotonicNow() + this.#intervalMs;
    this.#runIn(this.#intervalMs);
  }

  /** Takes another interval, from the next call on. */
  setInterval(intervalMs: number): void {
    this.#intervalMs = intervalMs;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #runIn(ms: number): void {
    this.#timer = setTimeout(() => this.#run(), Math.max(0, ms));
  }

  #run(): void {
    const result = this.#flush();
    if (result !== 'done') {
      this.#runIn(result === 'more' ? 0 : RETRY_MS);
      return;
    }
    const nowMs = this.#monotonicNow();
    const missed = Math.max(0, Math.floor((nowMs - this.#nextMs) / this.#intervalMs));
    this.#nextMs += (1 + missed) * this.#intervalMs;
    this.#runIn(this.#nextMs - nowMs);
  }
}
