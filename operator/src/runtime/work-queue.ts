import { callLater } from './long-timer.ts';
import { TokenBucket } from './token-bucket.ts';

/** What the queue needs of time; tests bring their own. */
export interface Timers {
  now(): number;
  /** Calls back once; the result cancels. */
  schedule(delayMs: number, callback: () => void): () => void;
}

const systemTimers: Timers = {
  now: () => performance.now(),
  schedule: callLater,
};

/** Told what happens in a queue, for metrics; named as client-go's metrics are. */
export interface WorkQueueObserver {
  /** A key was added that did not wait already. */
  added(): void;
  /** A worker got a key that had waited for so long. */
  started(waitedMs: number): void;
  /** A worker has given a key back after so long. */
  finished(workedMs: number): void;
  /** A key is to come again after a delay. */
  retried(): void;
}

export interface WorkQueueOptions {
  /** Delay of the first retry of a key; doubles with each further one. Default 5 ms, as in client-go. */
  readonly firstBackoffMs?: number;
  /** Default 1,000 s, as in client-go. */
  readonly longestBackoffMs?: number;
  /** Retries per second of all keys together, in the long run. Default 10, as in client-go. */
  readonly retriesPerSecond?: number;
  /** Retries that are let through at once. Default 100, as in client-go. */
  readonly retryBurst?: number;
  readonly observer?: WorkQueueObserver;
  readonly timers?: Timers;
}

/** Keys in the queue now. */
export interface WorkQueueState {
  /** Keys that wait for a worker. */
  readonly depth: number;
  /** Time that the keys at work have been there, together, in milliseconds: grows while workers are stuck. */
  readonly unfinishedMs: number;
  readonly longestRunningMs: number;
}

/** Why a key is added: something has happened, or it is only its turn. News is worked on first. */
export type Urgency = 'news' | 'routine';

interface Dirty {
  readonly sinceMs: number;
  readonly urgency: Urgency;
}

interface Waiting {
  readonly dueMs: number;
  readonly cancel: () => void;
}

/**
 * A queue of keys with client-go's semantics: a key is in it at most once; a key that is added while a worker has it
 * is handed out again after that worker is done, so no two workers ever have the same key and no change is lost;
 * failures of a key delay that key, exponentially, and a bucket bounds the retries of all keys together. News goes
 * before routine, as in controller-runtime's priority queue. Unlike client-go's, a queue that is shut down hands out nothing more: what is left will be found by whoever works next.
 */
export class WorkQueue {
  readonly #firstBackoffMs: number;
  readonly #longestBackoffMs: number;
  readonly #retries: TokenBucket;
  readonly #observer: WorkQueueObserver | undefined;
  readonly #timers: Timers;
  /** Keys to be handed out, in order. */
  readonly #ready: Readonly<Record<Urgency, Set<string>>> = { news: new Set(), routine: new Set() };
  /** Keys that need work: those in `#ready`, and those added while being processed. */
  readonly #dirty = new Map<string, Dirty>();
  readonly #processing = new Map<string, number>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #failures = new Map<string, number>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  readonly #idle = new Set<() => void>();
  #isShutDown = false;

  constructor(options: WorkQueueOptions = {}) {
    this.#firstBackoffMs = options.firstBackoffMs ?? 5;
    this.#longestBackoffMs = options.longestBackoffMs ?? 1_000_000;
    this.#timers = options.timers ?? systemTimers;
    this.#observer = options.observer;
    this.#retries = new TokenBucket({
      ratePerSecond: options.retriesPerSecond ?? 10,
      burst: options.retryBurst ?? 100,
      now: () => this.#timers.now(),
    });
  }

  /** Keys that wait to be handed out now. */
  get length(): number {
    return this.#ready.news.size + this.#ready.routine.size;
  }

  /** How the queue stands. */
  get state(): WorkQueueState {
    const nowMs = this.#timers.now();
    const running = [...this.#processing.values()].map((startedMs) => nowMs - startedMs);
    return {
      depth: this.length,
      unfinishedMs: running.reduce((sum, ms) => sum + ms, 0),
      longestRunningMs: Math.max(0, ...running),
    };
  }

  /** Adds a key, unless it waits already; news moves one that waits for its turn to the front. */
  add(key: string, urgency: Urgency = 'news'): void {
    if (this.#isShutDown) return;
    const dirty = this.#dirty.get(key);
    if (dirty === undefined) {
      this.#dirty.set(key, { sinceMs: this.#timers.now(), urgency });
      this.#observer?.added();
      if (!this.#processing.has(key)) this.#offer(key, urgency);
    } else if (urgency === 'news' && dirty.urgency === 'routine') {
      this.#dirty.set(key, { ...dirty, urgency });
      if (this.#ready.routine.delete(key)) this.#ready.news.add(key);
    }
  }

  /** Adds a key after a delay; of several delays of one key the shortest counts. */
  addAfter(key: string, delayMs: number): void {
    if (this.#isShutDown) return;
    this.#observer?.retried();
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

  /** Adds a key after its back-off: 5 ms, 10 ms, 20 ms, … since it was last forgotten; later when many fail. */
  addRateLimited(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const backoffMs = Math.min(this.#firstBackoffMs * 2 ** failures, this.#longestBackoffMs);
    this.addAfter(key, Math.max(backoffMs, this.#retries.reserve()));
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
    const [key] = this.#ready.news.size > 0 ? this.#ready.news : this.#ready.routine;
    if (key === undefined) return await new Promise((resolve) => this.#takers.push(resolve));
    this.#ready.news.delete(key);
    this.#ready.routine.delete(key);
    return this.#start(key);
  }

  /** Says that a worker is done with a key. */
  done(key: string): void {
    const startedMs = this.#processing.get(key);
    if (startedMs === undefined) throw new Error(`the key ${key} was not handed out`);
    this.#processing.delete(key);
    this.#observer?.finished(this.#timers.now() - startedMs);
    const dirty = this.#dirty.get(key);
    if (dirty !== undefined && !this.#isShutDown) this.#offer(key, dirty.urgency);
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

  #offer(key: string, urgency: Urgency): void {
    const taker = this.#takers.shift();
    if (taker === undefined) this.#ready[urgency].add(key);
    else taker(this.#start(key));
  }

  #start(key: string): string {
    const nowMs = this.#timers.now();
    this.#observer?.started(nowMs - (this.#dirty.get(key)?.sinceMs ?? nowMs));
    this.#dirty.delete(key);
    this.#processing.set(key, nowMs);
    return key;
  }
}
