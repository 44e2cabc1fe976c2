import { shownSettings } from '../config/hot-settings.ts';
import type { HotSettings } from '../config/server-config.ts';
import type { Hub } from '../fanout/hub.ts';
import type { DrainControl } from './drain-control.ts';
import type { ResourceWatch } from './resource-watch.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface StatsSources {
  version: string;
  instance: string;
  /** Unix ms. */
  now: () => number;
  pool: WorkerPool;
  hub: Hub;
  drainControl: DrainControl;
  resources: ResourceWatch;
  settings: () => HotSettings;
  /** Ms between two flushes. */
  batchWindowMs: () => number;
  ticksPublished: () => number;
  flushesDeferred: () => number;
}

/** What `/stats` tells of a server: its processes and their limits, resources, streams, flow, closes and effective settings. No secrets. */
export class StatsReport {
  readonly #sources: StatsSources;
  readonly #startedMs: number;

  constructor(sources: StatsSources) {
    this.#sources = sources;
    this.#startedMs = sources.now();
  }

  async read(): Promise<object> {
    const { version, instance, now, pool, hub, drainControl, settings, resources } = this.#sources;
    await pool.workers.collectMetrics();
    const stream = (mode: 1 | 2): object => ({
      epoch: hub.epoch,
      position: hub.position(mode),
      earliest: hub.earliest(mode, now()),
      groups: hub.groupsOf(mode),
    });
    return {
      version,
      instance,
      startedAt: new Date(this.#startedMs).toISOString(),
      uptimeSeconds: Math.round((now() - this.#startedMs) / 1_000),
      drain: drainControl.status,
      workers: pool.workers.describe(),
      workerRestarts: pool.restartCount,
      streams: { SECOND: stream(1), MINUTE: stream(2) },
      flow: this.#flow(),
      closes: pool.workers.sumsBy('reason', 'tick_storm_connections_closed_total'),
      resources: resources.usages,
      memory: resources.memory,
      limits: resources.limitOutcomes,
      settings: shownSettings(settings()),
    };
  }

  /** How the stream goes out, and what waits for clients that read slowly. */
  #flow(): object {
    const { pool, batchWindowMs, ticksPublished, flushesDeferred } = this.#sources;
    return {
      batchWindowMs: batchWindowMs(),
      ticksPublished: ticksPublished(),
      flushesDeferred: flushesDeferred(),
      queueBytes: pool.workers.sumOf('tick_storm_write_queue_bytes'),
      congestedConnections: pool.workers.sumOf('tick_storm_congested_connections'),
      conflatedConnections: pool.workers.sumOf('tick_storm_conflated_connections'),
    };
  }
}
