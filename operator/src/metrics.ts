import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { MemoryUse } from './memory-watch.ts';
import type { RequestReport } from './runtime/api-options.ts';
import type { ReconcileReport } from './runtime/controller.ts';
import type { WorkQueueObserver, WorkQueueState } from './runtime/work-queue.ts';

/** What the gauges are read from when they are scraped. */
export interface GaugeSource {
  readonly isLeader: boolean;
  readonly tickStormCount: number;
  readonly refusedNamespaceCount: number;
  /** Number of objects in the caches, by kind. */
  readonly cachedObjects: Readonly<Record<string, number>>;
  readonly memory: MemoryUse;
  readonly queues: Readonly<Record<string, WorkQueueState>>;
}

/** Upper bounds in seconds of times in a queue, at work, and for an answer. */
const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30];

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
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly #requests = new Counter({
    name: 'tick_storm_operator_api_requests_total',
    help: 'Requests to the API server by verb, resource and HTTP status (0: no answer).',
    labelNames: ['verb', 'resource', 'status'],
    registers: [this.registry],
  });
  readonly #requestDurations = new Histogram({
    name: 'tick_storm_operator_api_request_duration_seconds',
    help: 'Time until the API server answers, by verb; watches aside.',
    labelNames: ['verb'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly #throttled = new Counter({
    name: 'tick_storm_operator_api_throttled_seconds_total',
    help: 'Time that requests waited for KUBE_API_QPS and KUBE_API_BURST.',
    registers: [this.registry],
  });
  readonly #adds = new Counter({
    name: 'tick_storm_operator_queue_adds_total',
    help: 'Keys that were added to a queue.',
    labelNames: ['queue'],
    registers: [this.registry],
  });
  readonly #retries = new Counter({
    name: 'tick_storm_operator_queue_retries_total',
    help: 'Keys that were added to a queue to come after a delay.',
    labelNames: ['queue'],
    registers: [this.registry],
  });
  readonly #waits = new Histogram({
    name: 'tick_storm_operator_queue_wait_seconds',
    help: 'Time that keys waited for a worker.',
    labelNames: ['queue'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly #work = new Histogram({
    name: 'tick_storm_operator_queue_work_seconds',
    help: 'Time that workers had a key.',
    labelNames: ['queue'],
    buckets: SECONDS,
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  readonly onReconcile = ({ controller, durationMs, failed }: ReconcileReport): void => {
    this.#reconciles.inc({ controller, result: failed ? 'error' : 'success' });
    this.#durations.observe({ controller }, durationMs / 1_000);
  };

  readonly onRequest = ({ verb, resource, status, durationMs, throttledMs }: RequestReport): void => {
    this.#requests.inc({ verb, resource, status: String(status) });
    if (verb !== 'watch') this.#requestDurations.observe({ verb }, durationMs / 1_000);
    this.#throttled.inc(throttledMs / 1_000);
  };

  /** What a queue of this name is to tell. */
  readonly queueObserver = (queue: string): WorkQueueObserver => ({
    added: () => this.#adds.inc({ queue }),
    retried: () => this.#retries.inc({ queue }),
    started: (waitedMs) => this.#waits.observe({ queue }, waitedMs / 1_000),
    finished: (workedMs) => this.#work.observe({ queue }, workedMs / 1_000),
  });

  /** Adds the gauges that show the operator's present state. */
  watch(source: GaugeSource): void {
    const gauge = (name: string, help: string, read: () => number): void => {
      const metric: Gauge = new Gauge({ name, help, registers: [this.registry], collect: () => metric.set(read()) });
    };
    gauge('tick_storm_operator_leader', '1 while this process leads.', () => Number(source.isLeader));
    gauge('tick_storm_operator_tickstorms', 'TickStorms that are known.', () => source.tickStormCount);
    gauge(
      'tick_storm_operator_refused_namespaces',
      'Namespaces that are left out because something in them may not be listed.',
      () => source.refusedNamespaceCount,
    );
    gauge(
      'tick_storm_operator_heap_limit_bytes',
      'What nodejs_heap_size_used_bytes may become before the process ends.',
      () => source.memory.heapLimitBytes,
    );
    gauge(
      'tick_storm_operator_memory_limit_bytes',
      "Memory limit of the container, or the machine's memory.",
      () => source.memory.limitBytes,
    );
    const objects: Gauge<'kind'> = new Gauge({
      name: 'tick_storm_operator_cached_objects',
      help: 'Objects that are kept in memory, by kind.',
      labelNames: ['kind'],
      registers: [this.registry],
      collect: () => {
        for (const [kind, count] of Object.entries(source.cachedObjects)) objects.set({ kind }, count);
      },
    });
    const ofQueues = (name: string, help: string, read: (state: WorkQueueState) => number): void => {
      const metric: Gauge<'queue'> = new Gauge({
        name,
        help,
        labelNames: ['queue'],
        registers: [this.registry],
        collect: () => {
          for (const [queue, state] of Object.entries(source.queues)) metric.set({ queue }, read(state));
        },
      });
    };
    ofQueues('tick_storm_operator_queue_depth', 'Keys that wait for a worker.', ({ depth }) => depth);
    ofQueues(
      'tick_storm_operator_queue_unfinished_work_seconds',
      'Time that the keys at work have been there, together; grows while workers are stuck.',
      ({ unfinishedMs }) => unfinishedMs / 1_000,
    );
    ofQueues(
      'tick_storm_operator_queue_longest_running_seconds',
      'Time that the key has been at work that is there longest.',
      ({ longestRunningMs }) => longestRunningMs / 1_000,
    );
  }
}
