/** After a slice of work it rests this many times as long as the slice took. */
const REST_FACTOR = 3;
/** Rests are not shorter: what the work waits for takes a moment too. */
const MIN_REST_MS = 2;

/**
 * Does work in short slices with rests between them, so that it takes at most a quarter of the time and nothing
 * else waits for longer than one slice. Idle, it costs nothing: {@link wake} begins.
 */
export class PacedWork {
  readonly #sliceMs: number;
  readonly #monotonicNow: () => number;
  readonly #work: (untilMs: number) => boolean;
  #restsUntilMs = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param sliceMs length of a slice
   * @param work works until a moment of the monotonic clock; returns true when there is more to do
   */
  constructor(sliceMs: number, monotonicNow: () => number, work: (untilMs: number) => boolean) {
    this.#sliceMs = sliceMs;
    this.#monotonicNow = monotonicNow;
    this.#work = work;
  }

  /** There is work. */
  wake(): void {
    this.#timer ??= setTimeout(() => this.#run(), Math.max(0, this.#restsUntilMs - this.#monotonicNow()));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #run(): void {
    this.#timer = undefined;
    const startedMs = this.#monotonicNow();
    const hasMore = this.#work(startedMs + this.#sliceMs);
    const endedMs = this.#monotonicNow();
    this.#restsUntilMs = endedMs + Math.max(MIN_REST_MS, REST_FACTOR * (endedMs - startedMs));
    if (hasMore) this.wake();
  }
}
