import { AggregatorRegistry, collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { processBytes } from '../limits/proc-status.ts';
import type { MetricsSnapshot } from '../link/process-message.ts';

/** What the supervisor counts itself. */
export interface SupervisorStats {
  workers: () => number;
  workerRestarts: () => number;
  groups: () => number;
  catchUps: () => number;
  ticksPublished: () => number;
  flushesDeferred: () => number;
  passwordChecks: () => number;
  isInCrashLoop: () => boolean;
  isReady: () => boolean;
}

/** The supervisor's metrics, and the exposition of all processes' metrics as one server. */
export class SupervisorMetrics {
  readonly #registry: Registry = new Registry();

  constructor(stats: SupervisorStats) {
    this.#gauge('memory_usage_bytes', 'Resident memory of all processes.', () => processBytes('VmRSS'));
    this.#gauge('workers', 'Worker processes.', stats.workers);
    this.#gauge('subscription_groups', 'Sets of subscriptions that share encoded frames.', stats.groups);
    this.#gauge('catch_ups', 'Connections on their way from a past position to the live end.', stats.catchUps);
    this.#gauge('ready', '1 when the server takes connections.', () => (stats.isReady() ? 1 : 0));
    this.#gauge('worker_crash_loop', '1 while a worker keeps ending soon after its start.', () =>
      stats.isInCrashLoop() ? 1 : 0,
    );
    this.#counter('worker_restarts_total', 'Workers that ended unexpectedly.', stats.workerRestarts);
    this.#counter('ticks_published_total', 'Ticks taken from the feed, both streams.', stats.ticksPublished);
    this.#counter('password_checks_total', 'Runs of scrypt for the users file.', stats.passwordChecks);
    this.#counter('flushes_deferred_total', 'Flushes put off because a worker was busy.', stats.flushesDeferred);
    collectDefaultMetrics({ register: this.#registry });
  }

  /** @param workers the metrics of the other processes */
  async expose(workers: readonly MetricsSnapshot[]): Promise<string> {
    const own = await this.#registry.getMetricsAsJSON();
    return AggregatorRegistry.aggregate([own, ...workers]).metrics();
  }

  #gauge(name: string, help: string, read: () => number): void {
    const collect = function (this: Gauge): void {
      this.set(read());
    };
    this.#registry.registerMetric(new Gauge({ name: `tick_storm_${name}`, help, registers: [], collect }));
  }

  #counter(name: string, help: string, read: () => number): void {
    const collect = function (this: Counter): void {
      this.reset();
      this.inc(read());
    };
    this.#registry.registerMetric(new Counter({ name: `tick_storm_${name}`, help, registers: [], collect }));
  }
}
