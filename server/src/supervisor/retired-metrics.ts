import { AggregatorRegistry } from 'prom-client';
import type { MetricsSnapshot } from '../link/process-message.ts';

/** The counters of workers that are gone, summed: a server's counters do not fall when a worker ends. */
export class RetiredMetrics {
  metrics: MetricsSnapshot = [];

  async add(metrics: MetricsSnapshot): Promise<void> {
    const cumulative = metrics.filter(({ type }) => ['counter', 'histogram'].includes(String(type)));
    if (cumulative.length === 0) return;
    this.metrics = await AggregatorRegistry.aggregate([this.metrics, cumulative]).getMetricsAsJSON();
  }
}
