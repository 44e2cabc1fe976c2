import { describe, expect, it } from '@jest/globals';
import { Counter, Gauge, Registry } from 'prom-client';
import type { MetricsSnapshot } from '../link/process-message.ts';
import { RetiredMetrics } from './retired-metrics.ts';

async function snapshot(count: number): Promise<MetricsSnapshot> {
  const registry = new Registry();
  new Counter({ name: 'frames_total', help: 'h', labelNames: ['type'], registers: [registry] }).inc(
    { type: 'a' },
    count,
  );
  new Gauge({ name: 'open', help: 'h', registers: [registry] }).set(count);
  return registry.getMetricsAsJSON();
}

describe('RetiredMetrics', () => {
  it('sums the counters of workers that are gone and forgets their gauges', async () => {
    const retired = new RetiredMetrics();
    const snapshots = [await snapshot(3), [], await snapshot(4)];
    for (const metrics of snapshots) void retired.add(metrics);
    await retired.settle();
    expect(retired.metrics).toHaveLength(1);
    expect(retired.metrics[0]).toMatchObject({ name: 'frames_total', values: [{ labels: { type: 'a' }, value: 7 }] });
  });
});
