import { AggregatorRegistry } from 'prom-client';
import type { MetricsSnapshot } from '../link/process-message.ts';

/** The counters of workers that are gone, summed: a server's counters do not fall when a worker ends. */
export class RetiredMetrics {
  metrics: MetricsSnapshot = [];
  #adding: Promise<void> = Promise.resolve();

  /** Additions are made one after another: each builds on the sum before it. */
  add(metrics: MetricsSnapshot): Promise<void> {
    this.#adding = this.#sum(this.#adding, metrics);
    return this.#adding;
  }

  /** Resolves when everything that was added before is in the sum. */
  async settle(): Promise<void> {
    let adding: Promise<void>;
    do {
      adding = this.#adding;
      await adding;
    } while (adding !== this.#adding);
  }

  async #sum(before: Promise<void>, metrics: MetricsSnapshot): Promise<void> {
    await before;
    const cumulative = metrics.filter(({ type }) => ['counter', 'histogram'].includes(String(type)));
    if (cumulative.length === 0) return;
    this.metrics = await AggregatorRegistry.aggregate([this.metrics, cumulative]).getMetricsAsJSON();
  }
}
