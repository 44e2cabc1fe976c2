import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from './logger.ts';
import type { WorkQueue } from './work-queue.ts';

/** What a reconcile asks for: to be called again after a time, or nothing. */
export interface ReconcileResult {
  readonly requeueAfterMs?: number;
}

/** Brings one key to its declared state. Throws when it could not: the key is tried again after its back-off. */
type Reconcile = (key: string, signal: AbortSignal) => Promise<ReconcileResult>;

export interface ReconcileReport {
  readonly controller: string;
  readonly durationMs: number;
  readonly failed: boolean;
}

export interface ControllerOptions {
  readonly name: string;
  readonly queue: WorkQueue;
  readonly reconcile: Reconcile;
  readonly workers: number;
  readonly logger: Logger;
  readonly onReconcile?: (report: ReconcileReport) => void;
}

/** Workers that take keys from a queue and reconcile them, never two at a time on one key. */
export class Controller {
  readonly #options: ControllerOptions;

  constructor(options: ControllerOptions) {
    this.#options = options;
  }

  /** Runs until the queue is shut down. `signal` reaches the reconciles, to cut short those under way. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(Array.from({ length: this.#options.workers }, () => this.#work(signal)));
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { queue } = this.#options;
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
      await this.#process(key, signal);
      queue.done(key);
      // A reconcile that finds everything in its caches awaits nothing: many of them in a row would keep watches unread
      // and the lease unrenewed.
      await nextTurn();
    }
  }

  async #process(key: string, signal: AbortSignal): Promise<void> {
    const { name, queue, logger, reconcile, onReconcile } = this.#options;
    const startedMs = performance.now();
    let failed = false;
    try {
      const result = await reconcile(key, signal);
      queue.forget(key);
      if (result.requeueAfterMs !== undefined) queue.addAfter(key, result.requeueAfterMs);
    } catch (error) {
      // Cut short on the way down: whoever works next will find what is left.
      if (signal.aborted) return;
      failed = true;
      queue.addRateLimited(key);
      const text = error instanceof Error ? error.message : String(error);
      logger.warn('reconcile failed, trying again', {
        controller: name,
        key,
        failures: queue.failuresOf(key),
        error: text,
      });
    }
    onReconcile?.({ controller: name, durationMs: performance.now() - startedMs, failed });
  }
}
