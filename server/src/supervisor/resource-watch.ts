import type { ServerConfig } from '../config/server-config.ts';
import type { Container } from '../limits/container.ts';
import { countDescriptors } from '../limits/descriptor-count.ts';
import type { Libc } from '../limits/libc.ts';
import { processBytes } from '../limits/proc-status.ts';
import type { LimitOutcome } from '../limits/process-limits.ts';
import type { Sizing } from '../limits/sizing.ts';
import type { Logger } from '../ops/logger.ts';
import { EventLoopLag } from '../resources/event-loop-lag.ts';
import { collectGarbage } from '../resources/garbage.ts';
import { LagWindow } from '../resources/lag-window.ts';
import type { ResourceUsage } from '../resources/resource-monitor.ts';
import { ResourceMonitor } from '../resources/resource-monitor.ts';
import type { ProcessSample, Sample } from '../resources/resource-sampler.ts';
import { ResourceSampler } from '../resources/resource-sampler.ts';
import { shedShares } from './shed-shares.ts';
import type { WorkerRoster } from './worker-roster.ts';

export interface ResourceWatchOptions {
  config: ServerConfig;
  container: Container;
  sizing: Sizing;
  /** What became of the supervisor's own process limits. */
  limits: readonly LimitOutcome[];
  /** undefined where the C library cannot be called. */
  libc: Libc | undefined;
  logger: Logger;
}

/** What the server tells of itself, at each look. */
export interface WatchedServer {
  /** MAX_CONNECTIONS, which may change. */
  maxConnections: () => number;
  /** How long the oldest tick that is still to be published has been held up beyond the window, ms. */
  streamDelayMs: () => number;
}

/** What became of the process limits of one process. */
export interface ProcessLimits {
  process: 'supervisor' | 'worker';
  /** Of a worker. */
  index?: number;
  pid: number | undefined;
  limits: readonly LimitOutcome[];
}

/** The resource monitor of a running server: all its processes, looked at from the supervisor. */
export class ResourceWatch {
  readonly #options: ResourceWatchOptions;
  readonly #workers: WorkerRoster;
  readonly #monitor: ResourceMonitor;
  readonly #lag: EventLoopLag = new EventLoopLag();
  readonly #ownLag: LagWindow = new LagWindow();
  readonly #server: WatchedServer;
  readonly #streamDelay: LagWindow = new LagWindow();

  constructor(options: ResourceWatchOptions, workers: WorkerRoster, server: WatchedServer) {
    this.#options = options;
    this.#workers = workers;
    this.#server = server;
    const { config, container, sizing, logger } = options;
    const sampler = new ResourceSampler({
      container,
      sizing,
      maxLagMs: config.monitor.maxLagMs,
      maxStreamDelayMs: config.monitor.maxStreamDelayMs,
      readAnonymousBytes: (pid) => processBytes('RssAnon', pid),
      countDescriptors,
    });
    this.#monitor = new ResourceMonitor({
      thresholds: config.monitor,
      sample: () =>
        sampler.sample(this.#processes(), {
          connections: workers.connections,
          maxConnections: server.maxConnections(),
          streamDelayMs: this.#streamDelay.lastingMs,
        }),
      collectGarbage: () => {
        workers.broadcast({ type: 'collect_garbage' });
        collectGarbage(options.libc);
      },
      shed: (excessBytes) => {
        for (const { worker, bytes } of shedShares(workers.all, excessBytes)) worker.order({ type: 'shed', bytes });
      },
      logger,
    });
  }

  get refusesConnections(): boolean {
    return this.#monitor.refusesConnections;
  }

  /** Each resource at the last look. */
  get usages(): ResourceUsage[] {
    return this.#monitor.usages;
  }

  /** Memory at the last look. */
  get memory(): Pick<Sample, 'container' | 'processBytes'> {
    const { container, processBytes } = this.#monitor.last;
    return { container, processBytes };
  }

  /** Of every process: what was asked of the system, what was granted, and why not. */
  get limitOutcomes(): ProcessLimits[] {
    const { limits } = this.#options;
    return [
      { process: 'supervisor', pid: process.pid, limits },
      ...this.#workers.all.map(({ index, pid, limits }): ProcessLimits => ({ process: 'worker', index, pid, limits })),
    ];
  }

  /** To be called every second. */
  observe(): void {
    this.#ownLag.add(this.#lag.takeMax());
    this.#streamDelay.add(this.#server.streamDelayMs());
    this.#monitor.observe();
  }

  #processes(): ProcessSample[] {
    const { limits } = this.#options;
    const own = { pid: process.pid, descriptorLimit: descriptorLimit(limits), lagMs: this.#ownLag.lastingMs };
    const workers = this.#workers.all.flatMap(({ pid, limits, lag }): ProcessSample[] => {
      return pid === undefined ? [] : [{ pid, descriptorLimit: descriptorLimit(limits), lagMs: lag.lastingMs }];
    });
    return [own, ...workers];
  }
}

function descriptorLimit(limits: readonly LimitOutcome[]): number {
  const granted = limits.find(({ limit }) => limit === 'open_files')?.granted;
  return typeof granted === 'number' ? granted : Infinity;
}
