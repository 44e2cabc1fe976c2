/** A single pause, of the garbage collector or of a busy machine, is no overload: it must last this many seconds. */
const SECONDS = 3;

/** Event-loop lag of one process that has lasted: the smallest of the last seconds' largest lags. */
export class LagWindow {
  readonly #maxima: number[] = [];

  /** @param lagMs the largest lag of the last second */
  add(lagMs: number): void {
    this.#maxima.push(lagMs);
    if (this.#maxima.length > SECONDS) this.#maxima.shift();
  }

  /** Ms; 0 until there are enough seconds. */
  get lastingMs(): number {
    return this.#maxima.length < SECONDS ? 0 : Math.min(...this.#maxima);
  }
}
