import { MAX_TICKS_PER_FLUSH } from '../fanout/flush-end.ts';

/** How long a flush may keep the busiest process at work: what is ordered behind it waits for as long. */
const TARGET_MS = 100;
/** About what one write holds (64 KiB): smaller ones would cost nearly as much, and more would be late. */
const MIN_TICKS = 1_000;
/** What a measurement still weighs when the next one comes. */
const DECAY = 0.5;

/**
 * How many ticks a flush may send when more are due, by what they have cost of late. Each tick goes to every client, so
 * ten thousand of them may be some ms of work or some seconds.
 */
export class FlushBound {
  #ticks = 0;
  #busyMs = 0;

  get ticks(): number {
    const ticks = (TARGET_MS * this.#ticks) / this.#busyMs;
    // Nothing is known yet, or it costs nothing.
    if (!(ticks < MAX_TICKS_PER_FLUSH)) return MAX_TICKS_PER_FLUSH;
    return Math.max(MIN_TICKS, Math.floor(ticks));
  }

  /**
   * @param ticks that were sent in some time
   * @param busyMs for how long the busiest process has worked on them
   */
  observe(ticks: number, busyMs: number): void {
    // What it worked on were no ticks.
    if (ticks === 0) return;
    this.#ticks = this.#ticks * DECAY + ticks;
    this.#busyMs = this.#busyMs * DECAY + busyMs;
  }
}
