import type { HotSettings } from '../config/server-config.ts';
import type { Hub } from '../fanout/hub.ts';
import { BatchWindow } from './batch-window.ts';
import { FlushBound } from './flush-bound.ts';
import type { FlushResult } from './flush-loop.ts';
import { FlushLoop } from './flush-loop.ts';

export interface PublisherOptions {
  hub: Pick<Hub, 'flush' | 'hasMoreDue' | 'ticksOmitted'>;
  /** Ms. */
  monotonicNow: () => number;
  /** A worker is busy with what it has. @param sinceLastMs when a flush was tried last */
  onBusy: (nowMs: number, sinceLastMs: number) => void;
  /** A flush with ticks in it was made. */
  onFlushed: (ticks: number, flushMs: number) => void;
  /** For how long the busiest worker has worked on packets since this was called last. */
  takeBusiestMs: () => number;
}

/** Flushes the hub once in a window, which is as long as the load needs, and says how large a flush may be. */
export class Publisher {
  ticksPublished = 0;
  /** Flushes that had to wait for a worker. */
  flushesDeferred = 0;
  readonly #options: PublisherOptions;
  readonly #window: BatchWindow;
  readonly #bound: FlushBound = new FlushBound();
  readonly #loop: FlushLoop;
  #lastTryMs = 0;
  #isDeferred = false;
  /** Time spent on flushes in this process since the window was adjusted. */
  #flushingMs = 0;
  /** Ticks that were not left out, since then. */
  #ticksSent = 0;

  constructor(options: PublisherOptions, hot: HotSettings) {
    this.#options = options;
    this.#window = new BatchWindow(hot.batchWindowMs, hot.maxBatchWindowMs, options.monotonicNow());
    this.#loop = new FlushLoop(this.#window.ms, options.monotonicNow, () => this.#flush());
  }

  get windowMs(): number {
    return this.#window.ms;
  }

  /** Ticks that a flush may send. */
  get maxFlushTicks(): number {
    return this.#bound.ticks;
  }

  start(): void {
    this.#loop.start();
  }

  stop(): void {
    this.#loop.stop();
  }

  configure(hot: HotSettings): void {
    this.#window.configure(hot.batchWindowMs, hot.maxBatchWindowMs);
    this.#loop.setInterval(this.#window.ms);
  }

  #flush(): FlushResult {
    const { hub, monotonicNow, onBusy, onFlushed } = this.#options;
    const nowMs = monotonicNow();
    const sinceLastMs = nowMs - this.#lastTryMs;
    this.#lastTryMs = nowMs;
    const omittedBefore = hub.ticksOmitted;
    const ticks = hub.flush();
    if (ticks === undefined) {
      if (!this.#isDeferred) this.flushesDeferred++;
      this.#isDeferred = true;
      onBusy(nowMs, sinceLastMs);
      return 'busy';
    }
    this.#isDeferred = false;
    this.ticksPublished += ticks;
    this.#ticksSent += ticks - (hub.ticksOmitted - omittedBefore);
    const flushMs = monotonicNow() - nowMs;
    if (ticks > 0) onFlushed(ticks, flushMs);
    this.#adjust(nowMs, flushMs);
    return hub.hasMoreDue ? 'more' : 'done';
  }

  #adjust(nowMs: number, flushMs: number): void {
    this.#flushingMs += flushMs;
    this.#window.countFlush();
    this.#window.adjust(nowMs, () => {
      const busiestMs = Math.max(this.#options.takeBusiestMs(), this.#flushingMs);
      this.#bound.observe(this.#ticksSent, busiestMs);
      this.#flushingMs = 0;
      this.#ticksSent = 0;
      return busiestMs;
    });
    this.#loop.setInterval(this.#window.ms);
  }
}
