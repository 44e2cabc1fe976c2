/** After a slice of work it rests this many times as long as the slice took. */
const REST_FACTOR = 3;
/** Rests are not shorter: what the work waits for takes a moment too. */
const MIN_REST_MS = 2;

export interface PacedWorkOptions {
  /** Length of a slice in ms of processor time. */
  sliceMs: number;
  /** Ms that pass. */
  monotonicNow: () => number;
  /** Ms of processor time that this thread has had. */
  processorNow: () => number;
  /** Works until the slice is over; returns true when there is more to do. */
  work: (isOver: () => boolean) => boolean;
}

/**
 * Does work in short slices with rests between them, so that it takes at most a quarter of a processor and nothing
 * else waits for longer than one slice. Slices are measured by what they take of the processor: on a busy machine
 * the time in which others had it would else count as work, and be rested from. Idle, it costs nothing:
 * {@link wake} begins.
 */
export class PacedWork {
  readonly #options: PacedWorkOptions;
  #restsUntilMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PacedWorkOptions) {
    this.#options = options;
  }

  /** There is work. */
  wake(): void {
    this.#timer ??= setTimeout(() => this.#run(), Math.max(0, this.#restsUntilMs - this.#options.monotonicNow()));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #run(): void {
    const { sliceMs, monotonicNow, processorNow, work } = this.#options;
    this.#timer = undefined;
    const startedMs = processorNow();
    const hasMore = work(() => processorNow() - startedMs >= sliceMs);
    const tookMs = processorNow() - startedMs;
    this.#restsUntilMs = monotonicNow() + Math.max(MIN_REST_MS, REST_FACTOR * tookMs);
    if (hasMore) this.wake();
  }
}
