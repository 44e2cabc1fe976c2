import { AggregatorRegistry, collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { EncodeObserver } from '../fanout/encode-observer.ts';
import { processBytes } from '../limits/proc-status.ts';
import type { Resource } from '../resources/reading.ts';
import type { ResourceUsage } from '../resources/resource-monitor.ts';
import type { Sample } from '../resources/resource-sampler.ts';
import type { MetricsSnapshot } from '../link/process-message.ts';

/** Bucket bounds in seconds: a flush has the batch window, 5 ms by default. */
const FLUSH_BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];
const TICK_BUCKETS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000];
/** Bucket bounds in bytes, up to the largest frame. */
const SIZE_BUCKETS = [64, 256, 1_024, 4_096, 8_192, 16_384, 32_768, 65_548];

/** How the load is shared: by the worker's place, which its successor takes over. */
export interface WorkerLoad {
  index: number;
  connections: number;
  bytesSent: number;
}

/** What the supervisor counts itself. */
export interface SupervisorStats {
  workers: () => number;
  workerLoads: () => readonly WorkerLoad[];
  workerRestarts: () => number;
  /** Ms between two flushes. */
  batchWindowMs: () => number;
  groups: () => number;
  catchUps: () => number;
  ticksPublished: () => number;
  ticksOmitted: () => number;
  flushesDeferred: () => number;
  passwordChecks: () => number;
  /** Unix ms; undefined = there is no certificate. */
  certificateExpiryMs: (() => number) | undefined;
  isInCrashLoop: () => boolean;
  isReady: () => boolean;
  resources: () => readonly ResourceUsage[];
  memory: () => Pick<Sample, 'container' | 'processBytes'>;
}

/** The supervisor's metrics, and the exposition of all processes' metrics as one server. */
export class SupervisorMetrics {
  /** Of flushes with ticks: feed, batching, encoding and handing over to the workers. */
  readonly flushDuration: Histogram;
  readonly flushTicks: Histogram;
  /** Fills the histograms of encoding. */
  readonly encoding: EncodeObserver;
  readonly #registry: Registry = new Registry();

  constructor(stats: SupervisorStats) {
    this.#gauge('memory_usage_bytes', 'Memory of all processes, shared pages once.', () => processBytes('VmRSS'));
    this.#gauge('workers', 'Worker processes.', stats.workers);
    this.#gauge('subscription_groups', 'Sets of subscriptions that share encoded frames.', stats.groups);
    this.#gauge('catch_ups', 'Connections on their way from a past position to the live end.', stats.catchUps);
    this.#gauge('ready', '1 when the server takes connections.', () => (stats.isReady() ? 1 : 0));
    this.#gauge('worker_crash_loop', '1 while a worker keeps ending soon after its start.', () =>
      stats.isInCrashLoop() ? 1 : 0,
    );
    this.#counter('worker_restarts_total', 'Workers that ended unexpectedly.', stats.workerRestarts);
    this.#counter('ticks_published_total', 'Ticks taken from the feed, both streams.', stats.ticksPublished);
    this.#counter('ticks_late_total', 'Of these, those left out for everybody: too late.', stats.ticksOmitted);
    const { certificateExpiryMs } = stats;
    if (certificateExpiryMs) {
      const help = 'When the certificate in use ends to be valid, unix seconds.';
      this.#gauge('tls_certificate_expiry_timestamp_seconds', help, () => certificateExpiryMs() / 1_000);
    }
    this.#counter('password_checks_total', 'Runs of scrypt for the users file.', stats.passwordChecks);
    this.#counter('flushes_deferred_total', 'Flushes put off because a worker was busy.', stats.flushesDeferred);
    this.#gauge(
      'batch_window_seconds',
      'Time between two flushes, stretched under load.',
      () => stats.batchWindowMs() / 1_000,
    );
    this.#perWorker('worker_connections', 'Connections of each worker.', Gauge, () =>
      stats.workerLoads().map(({ index, connections }) => [index, connections]),
    );
    this.#perWorker('worker_bytes_sent_total', 'Bytes given to client sockets by each worker.', Counter, () =>
      stats.workerLoads().map(({ index, bytesSent }) => [index, bytesSent]),
    );
    this.flushDuration = this.#histogram('flush_duration_seconds', 'One flush: batching and encoding.', FLUSH_BUCKETS);
    this.flushTicks = this.#histogram('flush_ticks', 'Ticks of one flush, both streams.', TICK_BUCKETS);
    this.encoding = this.#encodeObserver();
    this.#perResource('resource_usage_ratio', 'Use of a resource as part of its limit.', stats, ({ ratio }) => ratio);
    this.#perResource('resource_breach', '1 while a resource is in breach.', stats, ({ isBreached }) =>
      isBreached ? 1 : 0,
    );
    this.#gauge('event_loop_lag_seconds', 'Largest lag of a process that has lasted for three seconds.', () =>
      secondsOf(stats, 'event_loop_lag'),
    );
    this.#gauge('stream_delay_seconds', 'Delay of the stream that has lasted for three seconds.', () =>
      secondsOf(stats, 'stream_delay'),
    );
    this.#gauge('process_memory_bytes', 'Anonymous memory of all processes.', () => stats.memory().processBytes);
    this.#gauge('container_working_set_bytes', 'Working set of the container; 0 when it has no memory limit.', () => {
      return stats.memory().container?.workingSet ?? 0;
    });
    collectDefaultMetrics({ register: this.#registry });
  }

  /** @param workers the metrics of the other processes */
  async expose(workers: readonly MetricsSnapshot[]): Promise<string> {
    const own = await this.#registry.getMetricsAsJSON();
    return AggregatorRegistry.aggregate([own, ...workers]).metrics();
  }

  #encodeObserver(): EncodeObserver {
    const duration = this.#histogram(
      'encode_duration_seconds',
      'One flush of one stream from its ticks to the frames of all groups; part of the flush.',
      FLUSH_BUCKETS,
    );
    const ticks = this.#histogram('batch_ticks', 'Ticks of a batch, once per group.', TICK_BUCKETS);
    const bytes = this.#histogram('batch_bytes', 'Size of a batch as it is sent, once per group.', SIZE_BUCKETS);
    return {
      onBatch: (tickCount, size) => {
        ticks.observe(tickCount);
        bytes.observe(size);
      },
      onEncoded: (ms) => duration.observe(ms / 1_000),
    };
  }

  #perWorker(
    name: string,
    help: string,
    Kind: typeof Gauge | typeof Counter,
    read: () => readonly (readonly [index: number, value: number])[],
  ): void {
    const collect = function (this: Gauge | Counter): void {
      this.reset();
      for (const [index, value] of read()) this.inc({ worker: String(index) }, value);
    };
    this.#registry.registerMetric(
      new Kind({ name: `tick_storm_${name}`, help, labelNames: ['worker'], registers: [], collect }),
    );
  }

  #histogram(name: string, help: string, buckets: number[]): Histogram {
    const histogram = new Histogram({ name: `tick_storm_${name}`, help, buckets, registers: [] });
    this.#registry.registerMetric(histogram);
    return histogram;
  }

  #perResource(name: string, help: string, stats: SupervisorStats, read: (usage: ResourceUsage) => number): void {
    const collect = function (this: Gauge): void {
      for (const usage of stats.resources()) this.set({ resource: usage.resource }, read(usage));
    };
    const options = { name: `tick_storm_${name}`, help, labelNames: ['resource'], registers: [], collect };
    this.#registry.registerMetric(new Gauge(options));
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

/** How late something is, of a resource that is measured in ms; 0 until it has been looked at. */
function secondsOf(stats: SupervisorStats, resource: Resource): number {
  return (stats.resources().find((usage) => usage.resource === resource)?.used ?? 0) / 1_000;
}
