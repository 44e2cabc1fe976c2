import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RequestReport } from './runtime/api-client.ts';
import type { ReconcileReport } from './runtime/controller.ts';

/** What the gauges are read from when they are scraped. */
export interface GaugeSource {
  readonly isLeader: boolean;
  readonly tickStormCount: number;
  readonly queueLengths: Readonly<Record<string, number>>;
}

/** The operator's metrics in Prometheus' format. */
export class Metrics {
  readonly registry = new Registry();
  readonly #reconciles = new Counter({
    name: 'tick_storm_operator_reconcile_total',
    help: 'Reconciles by controller and result.',
    labelNames: ['controller', 'result'],
    registers: [this.registry],
  });
  readonly #durations = new Histogram({
    name: 'tick_storm_operator_reconcile_duration_seconds',
    help: 'Time that reconciles take.',
    labelNames: ['controller'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30],
    registers: [this.registry],
  });
  readonly #requests = new Counter({
    name: 'tick_storm_operator_api_requests_total',
    help: 'Requests to the API server by verb, resource and HTTP status (0: no answer).',
    labelNames: ['verb', 'resource', 'status'],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  readonly onReconcile = ({ controller, durationMs, failed }: ReconcileReport): void => {
    this.#reconciles.inc({ controller, result: failed ? 'error' : 'success' });
    this.#durations.observe({ controller }, durationMs / 1_000);
  };

  readonly onRequest = ({ verb, resource, status }: RequestReport): void => {
    this.#requests.inc({ verb, resource, status: String(status) });
  };

  /** Adds the gauges that show the operator's present state. */
  watch(source: GaugeSource): void {
    const gauge = (name: string, help: string, read: () => number): void => {
      const metric: Gauge = new Gauge({ name, help, registers: [this.registry], collect: () => metric.set(read()) });
    };
    gauge('tick_storm_operator_leader', '1 while this process leads.', () => Number(source.isLeader));
    gauge('tick_storm_operator_tickstorms', 'TickStorms that are known.', () => source.tickStormCount);
    const depth: Gauge<'queue'> = new Gauge({
      name: 'tick_storm_operator_queue_depth',
      help: 'Keys that wait for a worker.',
      labelNames: ['queue'],
      registers: [this.registry],
      collect: () => {
        for (const [queue, length] of Object.entries(source.queueLengths)) depth.set({ queue }, length);
      },
    });
  }
}
