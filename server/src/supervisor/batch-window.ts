/** Part of its time that the busiest process may spend on flushes. */
const TARGET_UTILISATION = 0.7;
/** Time over which the cost of a flush is measured. */
const PERIOD_MS = 100;
/** The window is left alone while what is needed lies within this band around it, as a part of it. */
const STRETCH_ABOVE = 1.1;
const SHRINK_BELOW = 0.7;
/** It shrinks by at most this factor a period, and stretches at once. */
const SHRINK_FACTOR = 0.5;

/**
 * How long ticks are gathered before they are sent. A flush costs about as much as the number of writes that it
 * makes, however many ticks are in it; so when flushes take too much of the time they are made less often.
 */
export class BatchWindow {
  #minMs: number;
  #maxMs: number;
  #ms: number;
  #periodStartMs: number;
  #flushes = 0;

  /** @param maxMs how far it may be stretched; below `minMs` it never is */
  constructor(minMs: number, maxMs: number, nowMs: number) {
    this.#minMs = minMs;
    this.#maxMs = Math.max(minMs, maxMs);
    this.#ms = minMs;
    this.#periodStartMs = nowMs;
  }

  get ms(): number {
    return this.#ms;
  }

  configure(minMs: number, maxMs: number): void {
    this.#minMs = minMs;
    this.#maxMs = Math.max(minMs, maxMs);
    this.#ms = this.#bounded(this.#ms);
  }

  countFlush(): void {
    this.#flushes++;
  }

  /**
   * Adjusts the window at the end of a period.
   * @param takeBusyMs tells for how long the busiest process has worked on flushes since it was called last
   */
  adjust(nowMs: number, takeBusyMs: () => number): void {
    if (nowMs - this.#periodStartMs < PERIOD_MS || this.#flushes === 0) return;
    const neededMs = this.#bounded(takeBusyMs() / this.#flushes / TARGET_UTILISATION);
    this.#periodStartMs = nowMs;
    this.#flushes = 0;
    if (neededMs > this.#ms * STRETCH_ABOVE || neededMs === this.#maxMs) this.#ms = neededMs;
    else if (neededMs < this.#ms * SHRINK_BELOW || neededMs === this.#minMs) {
      this.#ms = Math.max(neededMs, this.#ms * SHRINK_FACTOR);
    }
  }

  #bounded(ms: number): number {
    return Math.min(this.#maxMs, Math.max(this.#minMs, ms));
  }
}
