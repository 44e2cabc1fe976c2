/** What the queue needs of time; tests bring their own. */
export interface Timers {
  now(): number;
  /** Calls back once; the result cancels. */
  schedule(delayMs: number, callback: () => void): () => void;
}

const systemTimers: Timers = {
  now: () => performance.now(),
  schedule: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

export interface WorkQueueOptions {
  /** Delay of the first retry of a key; doubles with each further one. Default 5 ms, as in client-go. */
  readonly firstBackoffMs?: number;
  /** Default 1,000 s, as in client-go. */
  readonly longestBackoffMs?: number;
  readonly timers?: Timers;
}

interface Waiting {
  readonly dueMs: number;
  readonly cancel: () => void;
}

/**
 * A queue of keys with client-go's semantics: a key is in it at most once; a key that is added while a worker has it
 * is handed out again after that worker is done, so no two workers ever have the same key and no change is lost;
 * failures of a key delay that key only, exponentially.
 */
export class WorkQueue {
  readonly #firstBackoffMs: number;
  readonly #longestBackoffMs: number;
  readonly #timers: Timers;
  /** Keys to be handed out, in order. */
  readonly #ready = new Set<string>();
  /** Keys that need work: those in `#ready`, and those added while being processed. */
  readonly #dirty = new Set<string>();
  readonly #processing = new Set<string>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #failures = new Map<string, number>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  readonly #idle = new Set<() => void>();
  #isShutDown = false;

  constructor(options: WorkQueueOptions = {}) {
    this.#firstBackoffMs = options.firstBackoffMs ?? 5;
    this.#longestBackoffMs = options.longestBackoffMs ?? 1_000_000;
    this.#timers = options.timers ?? systemTimers;
  }

  /** Keys that wait to be handed out now. */
  get length(): number {
    return this.#ready.size;
  }

  /** Adds a key, unless it waits already. */
  add(key: string): void {
    if (this.#isShutDown || this.#dirty.has(key)) return;
    this.#dirty.add(key);
    if (!this.#processing.has(key)) this.#offer(key);
  }

  /** Adds a key after a delay; of several delays of one key the shortest counts. */
  addAfter(key: string, delayMs: number): void {
    if (this.#isShutDown) return;
    if (delayMs <= 0) {
      this.add(key);
      return;
    }
    const dueMs = this.#timers.now() + delayMs;
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined && waiting.dueMs <= dueMs) return;
    waiting?.cancel();
    const cancel = this.#timers.schedule(delayMs, () => {
      this.#waiting.delete(key);
      this.add(key);
    });
    this.#waiting.set(key, { dueMs, cancel });
  }

  /** Adds a key after its back-off: 5 ms, 10 ms, 20 ms, … since it was last forgotten. */
  addRateLimited(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.addAfter(key, Math.min(this.#firstBackoffMs * 2 ** failures, this.#longestBackoffMs));
  }

  /** Resets a key's back-off. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** How often a key has failed since it was last forgotten. */
  failuresOf(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** Waits for a key; undefined once the queue is shut down. Every key must be given back with {@link done}. */
  async take(): Promise<string | undefined> {
    if (this.#isShutDown) return undefined;
    const [key] = this.#ready;
    if (key === undefined) return await new Promise((resolve) => this.#takers.push(resolve));
    this.#ready.delete(key);
    return this.#start(key);
  }

  /** Says that a worker is done with a key. */
  done(key: string): void {
    this.#processing.delete(key);
    if (this.#dirty.has(key) && !this.#isShutDown) this.#offer(key);
    if (this.#processing.size === 0) for (const resolve of this.#idle) resolve();
  }

  /** Hands out nothing any more, and resolves when all workers have given their keys back. */
  async shutDown(): Promise<void> {
    this.#isShutDown = true;
    for (const { cancel } of this.#waiting.values()) cancel();
    this.#waiting.clear();
    for (const taker of this.#takers.splice(0)) taker(undefined);
    if (this.#processing.size > 0) await new Promise<void>((resolve) => this.#idle.add(resolve));
  }

  #offer(key: string): void {
    const taker = this.#takers.shift();
    if (taker === undefined) this.#ready.add(key);
    else taker(this.#start(key));
  }

  #start(key: string): string {
    this.#dirty.delete(key);
    this.#processing.add(key);
    return key;
  }
}
