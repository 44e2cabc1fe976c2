import type { ChildProcess } from 'node:child_process';
import type { UserEntry } from '../access/user.ts';
import { changedSettings, notesOnHotSettings } from '../config/hot-settings.ts';
import { formatAddress } from '../config/listen-address.ts';
import type { HotSettings } from '../config/server-config.ts';
import { Hub } from '../fanout/hub.ts';
import { ClockFeed } from '../feeds/clock-feed.ts';
import type { ControlMessage } from '../link/control-message.ts';
import { isToWorker } from '../link/control-message.ts';
import { AdminRoutes } from '../ops/admin-routes.ts';
import { AdminServer } from '../ops/admin-server.ts';
import type { AdminToken } from '../ops/admin-token.ts';
import { HttpEndpoints } from '../ops/http-endpoints.ts';
import type { Readiness } from '../ops/service-state.ts';
import { AdminDesk } from './admin-desk.ts';
import { ConnectionDesk } from './connection-desk.ts';
import { DrainControl } from './drain-control.ts';
import { PacedWork } from './paced-work.ts';
import { StatsReport } from './stats-report.ts';
import type { ResourceWatchOptions } from './resource-watch.ts';
import { ResourceWatch } from './resource-watch.ts';
import { Publisher } from './publisher.ts';
import { SupervisorMetrics } from './supervisor-metrics.ts';
import { WorkerPool } from './worker-pool.ts';
import type { FileContents } from './mounted-files.ts';
import type { WorkerProcess } from './worker-process.ts';

/** Catch-ups are given to the workers in portions of this length, with rests between them. */
const CATCH_UP_SLICE_MS = 1;
/** How often the workers' counters are fetched, so that a crash loses little of them. */
const METRICS_BACKUP_MS = 5_000;
/** How often it is looked at the resources, and whether a crash loop is over. */
const WATCH_MS = 1_000;

export interface SupervisorOptions extends ResourceWatchOptions, Omit<FileContents, 'hot'> {
  workers: number;
  serverVersion: string;
  fork: (index: number) => ChildProcess;
  /** Unix ms. */
  now: () => number;
  /** Ms of the system-wide monotonic clock. */
  monotonicNow: () => number;
  /** Ms of processor time that this thread has had. */
  processorNow: () => number;
  /** The server cannot start or go on. */
  onFatal: (message: string) => void;
}

/** Holds the feed, batches and encodes for all workers, decides who may connect. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #hub: Hub;
  readonly #desk: ConnectionDesk;
  readonly #pool: WorkerPool;
  readonly #resources: ResourceWatch;
  readonly #metrics: SupervisorMetrics;
  readonly #endpoints: HttpEndpoints;
  readonly #admin: AdminServer | undefined;
  readonly #publisher: Publisher;
  readonly #drainControl: DrainControl;
  readonly #catchUpWork: PacedWork;
  #metricsAddress = '';
  #hot: HotSettings;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const { config, now, monotonicNow, logger } = options;
    this.#hot = config.hot;
    this.#metrics = new SupervisorMetrics({
      workers: () => this.#pool.workers.size,
      workerLoads: () => this.#pool.workers.loads,
      batchWindowMs: () => this.#publisher.windowMs,
      workerRestarts: () => this.#pool.restartCount,
      groups: () => this.#hub.groupCount,
      catchUps: () => this.#hub.catchUpCount,
      ticksPublished: () => this.#publisher.ticksPublished,
      ticksOmitted: () => this.#hub.ticksOmitted,
      flushesDeferred: () => this.#publisher.flushesDeferred,
      certificateExpiryMs: options.tls && ((): number => options.tls?.expiryMs ?? 0),
      passwordChecks: () => this.#desk.passwordChecks,
      isInCrashLoop: () => this.#pool.isInCrashLoop,
      isReady: () => this.#visibleReadiness === 'ready',
      resources: () => this.#resources.usages,
      memory: () => this.#resources.memory,
    });
    this.#hub = new Hub({
      feed: new ClockFeed(config.feed),
      maxBatchSize: () => this.#hot.maxBatchSize,
      maxFlushTicks: () => this.#publisher.maxFlushTicks,
      historyWindowMs: () => this.#hot.historyWindow,
      maxWriteQueueFrames: () => this.#hot.maxWriteQueueSize,
      latePolicy: () => ({
        policy: this.#hot.slowConsumerPolicy,
        // Well before the delay is a breach.
        maxAgeMs: Math.min(this.#hot.maxWriteQueueAgeMs, config.monitor.maxStreamDelayMs / 2),
        windowMs: this.#hot.batchWindowMs,
      }),
      observer: this.#metrics.encoding,
      now,
      monotonicNow,
    });
    this.#desk = new ConnectionDesk(options);
    this.#pool = new WorkerPool({
      count: options.workers,
      port: config.listen.port,
      fork: options.fork,
      logger,
      monotonicNow,
      onMessage: (worker, message) => this.#onMessage(worker, message),
      onTaken: (worker, id, bytes) => {
        this.#hub.onTaken(worker, id, bytes);
        this.#wakeCatchUps();
      },
      onStarted: (worker) => this.#onWorkerStarted(worker),
      onGone: (worker) => {
        this.#hub.removeOutlet(worker);
        this.#desk.onWorkerGone(worker);
        this.#drainControl.onClosed();
      },
      onReady: (host, port) => this.#onReady(host, port),
      onFailed: (message) => options.onFatal(message),
    });
    this.#drainControl = new DrainControl(this.#pool, logger, now);
    this.#resources = new ResourceWatch(options, this.#pool.workers, {
      maxConnections: () => this.#hot.maxConnections,
      streamDelayMs: () => this.#hub.delayMs,
    });
    const stats = new StatsReport({
      version: options.serverVersion,
      instance: config.instanceId,
      now,
      pool: this.#pool,
      hub: this.#hub,
      drainControl: this.#drainControl,
      settings: () => this.#hot,
      batchWindowMs: () => this.#publisher.windowMs,
      ticksPublished: () => this.#publisher.ticksPublished,
      flushesDeferred: () => this.#publisher.flushesDeferred,
      resources: this.#resources,
    });
    this.#endpoints = new HttpEndpoints({
      readiness: () => this.#visibleReadiness,
      isAlive: () => this.#drainControl.state !== 'serving' || !this.#pool.isDown,
      metrics: () => this.#exposeMetrics(),
      stats: () => stats.read(),
    });
    this.#admin = options.adminToken && this.#createAdmin(options.adminToken);
    this.#publisher = new Publisher(
      {
        hub: this.#hub,
        monotonicNow,
        onBusy: (nowMs, sinceLastMs) => this.#pool.replaceStuck(nowMs, sinceLastMs),
        onFlushed: (ticks, flushMs) => {
          this.#metrics.flushTicks.observe(ticks);
          this.#metrics.flushDuration.observe(flushMs / 1_000);
          this.#wakeCatchUps();
        },
        takeBusiestMs: () => this.#pool.workers.takeBusiestMs(),
      },
      this.#hot,
    );
    this.#catchUpWork = new PacedWork({
      sliceMs: CATCH_UP_SLICE_MS,
      monotonicNow,
      processorNow: options.processorNow,
      work: (isOver) => {
        this.#hub.catchUp(isOver);
        return this.#hub.hasCatchUpWork;
      },
    });
  }

  async start(): Promise<void> {
    const { logger } = this.#options;
    this.#metricsAddress = await this.#endpoints.listen(this.#options.config.metrics);
    const admin = await this.#admin?.listen(this.#options.config.admin.listen);
    if (admin === undefined) logger.info('admin port is off: neither ADMIN_TOKEN nor ADMIN_TOKEN_FILE is set');
    else logger.info('admin port', { admin });
    this.#pool.start();
    this.#options.tls?.watch(this.#pool.workers, logger);
    this.#publisher.start();
    setInterval(() => void this.#pool.workers.collectMetrics(), METRICS_BACKUP_MS).unref();
    setInterval(() => this.#look(), WATCH_MS).unref();
  }

  /** Takes over what can change while the server runs. */
  applySettings(hot: HotSettings): void {
    const { logger } = this.#options;
    const changed = changedSettings(this.#hot, hot);
    this.#hot = hot;
    logger.setLevel(hot.logLevel);
    logger.info('settings changed', changed);
    for (const note of notesOnHotSettings(hot)) logger.warn('setting without effect', { note });
    this.#desk.applySettings(hot);
    this.#publisher.configure(hot);
    this.#pool.workers.broadcast({ type: 'settings', hot });
  }

  /** Takes over a users file that has changed. */
  applyUsers(users: readonly UserEntry[]): void {
    this.#desk.applyUsers(users);
  }

  /** Turns unready, stops accepting, closes all connections spread over the drain window. Resolves when done. */
  async drain(): Promise<void> {
    await this.#drainControl.stop(this.#hot.drainSeconds * 1_000);
    this.#publisher.stop();
    this.#catchUpWork.stop();
    this.#endpoints.close();
    this.#admin?.close();
  }

  /** Ends every worker without any courtesy. */
  killWorkers(): void {
    this.#pool.killAll();
  }

  /** A server that has lost all its workers is starting again. */
  get #visibleReadiness(): Readiness {
    const { readiness } = this.#drainControl;
    return readiness === 'ready' && !this.#pool.workers.hasListener ? 'starting' : readiness;
  }

  #createAdmin(token: AdminToken): AdminServer {
    const desk = new AdminDesk({
      workers: this.#pool.workers,
      hub: this.#hub,
      drainControl: this.#drainControl,
      settings: () => this.#hot,
      applySettings: (hot) => this.applySettings(hot),
    });
    return new AdminServer({ token, routes: new AdminRoutes(desk), logger: this.#options.logger });
  }

  #look(): void {
    this.#pool.settle();
    this.#resources.observe();
  }

  #onReady(host: string, port: number): void {
    if (this.#drainControl.state !== 'starting') return;
    this.#drainControl.onReady();
    const { config, logger, serverVersion } = this.#options;
    logger.info('listening', {
      clients: formatAddress(host, port),
      metrics: this.#metricsAddress,
      workers: this.#options.workers,
      epoch: this.#hub.epoch,
      version: serverVersion,
      feed: config.feed.type,
      symbols: config.feed.symbols.length,
    });
  }

  #onWorkerStarted(worker: WorkerProcess): void {
    this.#hub.addOutlet(worker);
    const { tls } = this.#options;
    if (tls) worker.order({ type: 'tls', material: tls.material });
    worker.order({ type: 'settings', hot: this.#hot });
  }

  #onMessage(worker: WorkerProcess, message: ControlMessage): void {
    if (isToWorker(message)) return;
    switch (message.type) {
      case 'open':
        worker.countOpened();
        this.#desk.onOpen(worker, message, this.#pool.workers.connections, this.#resources.refusesConnections);
        break;
      case 'closed':
        worker.countClosed(message.id);
        this.#desk.onClosed(worker, message.id);
        this.#drainControl.onClosed();
        break;
      case 'authenticate':
        this.#desk.onAuthenticate(worker, message);
        break;
      case 'subscribe':
        if (this.#desk.maySubscribe(worker, message)) this.#hub.subscribe(worker, message);
        this.#wakeCatchUps();
        break;
      case 'leave':
        this.#hub.leave(worker, message.mode, message.group);
        break;
      case 'withdraw':
        this.#hub.withdraw(worker, message.id);
        break;
    }
  }

  #wakeCatchUps(): void {
    if (this.#hub.hasCatchUpWork) this.#catchUpWork.wake();
  }

  async #exposeMetrics(): Promise<string> {
    return this.#metrics.expose(await this.#pool.workers.collectMetrics());
  }
}
