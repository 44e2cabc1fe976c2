/** Bytes that may be on their way to a worker before it says that it has passed them on. */
const CREDIT_BYTES = 1_048_576;
/** With more on their way, catch-ups wait: a flush would come to its clients late behind them. */
const SPARE_CREDIT_BYTES = CREDIT_BYTES / 4;
/** One that a worker is busy with and one that it finds when it is done: more would only be latency. */
const CREDIT_FLUSHES = 2;

/** What a worker has been given and has not passed on yet. */
export class LinkCredit {
  readonly #monotonicNow: () => number;
  #givenBytes = 0;
  #passedBytes = 0;
  /** How much had been given at the end of each flush that is not passed on. */
  readonly #flushEnds: number[] = [];
  #flushedMs: number | undefined;
  #usedUpSinceMs: number | undefined;

  constructor(monotonicNow: () => number) {
    this.#monotonicNow = monotonicNow;
  }

  get hasBytes(): boolean {
    return this.#givenBytes - this.#passedBytes < CREDIT_BYTES;
  }

  get hasSpareBytes(): boolean {
    return this.#givenBytes - this.#passedBytes < SPARE_CREDIT_BYTES;
  }

  /** The worker could begin with another flush soon. */
  get hasFlush(): boolean {
    return this.hasBytes && this.#flushEnds.length < CREDIT_FLUSHES;
  }

  /** Since when there has been none for a flush, and no sign of work on it; undefined = there is credit. */
  get usedUpSinceMs(): number | undefined {
    return this.#usedUpSinceMs;
  }

  /** Counts the time without credit from now on. */
  restartTime(): void {
    if (this.#usedUpSinceMs !== undefined) this.#usedUpSinceMs = this.#monotonicNow();
  }

  give(bytes: number): void {
    this.#givenBytes += bytes;
    this.#note();
  }

  /** @param flushedMs when the flush began that the bytes are a part of */
  giveOfFlush(bytes: number, flushedMs: number): void {
    this.#givenBytes += bytes;
    if (flushedMs === this.#flushedMs) this.#flushEnds.pop();
    this.#flushedMs = flushedMs;
    this.#flushEnds.push(this.#givenBytes);
    this.#note();
  }

  /** The worker has passed on this many bytes more, which may be a part of a flush. */
  pass(bytes: number): void {
    this.#passedBytes += bytes;
    while (this.#flushEnds.length > 0 && this.#flushEnds[0]! <= this.#passedBytes) this.#flushEnds.shift();
    this.#note();
    this.restartTime();
  }

  #note(): void {
    if (this.hasFlush) this.#usedUpSinceMs = undefined;
    else this.#usedUpSinceMs ??= this.#monotonicNow();
  }
}
