import type { ChildProcess } from 'node:child_process';
import type { ControlMessage } from '../link/control-message.ts';
import type { ConnectionRow } from '../link/connection-row.ts';
import type { MetricsSnapshot, SupervisorOrder, WorkerReport } from '../link/process-message.ts';
import type { Logger } from '../ops/logger.ts';
import { RestartPolicy } from './restart-policy.ts';
import { RetiredMetrics } from './retired-metrics.ts';
import type { WorkerLoad } from './supervisor-metrics.ts';
import { WorkerProcess } from './worker-process.ts';
import { WorkerQueries } from './worker-queries.ts';

/** A worker that passes nothing on for this long is stuck and is replaced. */
const STUCK_MS = 5_000;
/** The supervisor itself did not run for at least this long. */
const STANDSTILL_MS = 1_000;
/** Time over which a replaced worker closes its connections. */
const RETIRE_WINDOW_MS = 10_000;

export interface WorkerPoolOptions {
  count: number;
  /** 0 = the first worker chooses, the others follow. */
  port: number;
  fork: (index: number) => ChildProcess;
  logger: Logger;
  monotonicNow: () => number;
  onMessage: (worker: WorkerProcess, message: ControlMessage) => void;
  /** A connection's socket has taken a catch-up frame. */
  onTaken: (worker: WorkerProcess, id: number, bytes: number) => void;
  onStarted: (worker: WorkerProcess) => void;
  onGone: (worker: WorkerProcess) => void;
  /** Every worker listens, at the start or after {@link WorkerPool.open}. */
  onReady: (host: string, port: number) => void;
  /** The server cannot start. */
  onFailed: (message: string) => void;
}

export interface WorkerConnection {
  worker: WorkerProcess;
  row: ConnectionRow;
}

/** Keeps the workers running: starts them, replaces those that die, are stuck, or have used up their CPU time. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #workers: Set<WorkerProcess> = new Set();
  readonly #queries: WorkerQueries = new WorkerQueries();
  readonly #restarts: RestartPolicy;
  /** Workers that leave as soon as their successor listens. */
  readonly #retiring: WorkerProcess[] = [];
  /** Counters of workers that are gone. */
  readonly #retired: RetiredMetrics = new RetiredMetrics();
  #port: number;
  /** Every worker has listened once: from now on a worker that fails is replaced. */
  #isUp = false;
  /** Workers are to accept connections. */
  #isOpen = true;
  /** `onReady` is still to come since the start or the last opening. */
  #awaitsReady = true;
  #isDraining = false;
  #onEmpty: (() => void) | undefined;
  restartCount = 0;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#port = options.port;
    this.#restarts = new RestartPolicy(options.count);
  }

  /** Workers whose process runs. */
  get size(): number {
    return this.#workers.size;
  }

  /** Connections of all workers. */
  get connections(): number {
    let total = 0;
    for (const worker of this.#workers) total += worker.connections;
    return total;
  }

  get loads(): readonly WorkerLoad[] {
    return Array.from(this.#workers, (worker) => ({
      index: worker.index,
      connections: worker.connections,
      bytesSent: worker.metric('tick_storm_bytes_sent_total'),
    }));
  }

  /** A gauge without labels over all workers, by their last metrics. */
  sumOf(gauge: string): number {
    let sum = 0;
    for (const worker of this.#workers) sum += worker.metric(gauge);
    return sum;
  }

  /** What is told of each worker. */
  describe(): object[] {
    return Array.from(this.#workers, ({ index, pid, connections, isListening, isLeaving }) => ({
      index,
      pid,
      connections,
      isListening,
      isLeaving,
    }));
  }

  /** The processes that run. */
  get workers(): readonly WorkerProcess[] {
    return [...this.#workers];
  }

  /** True while clients can connect. */
  get hasListener(): boolean {
    for (const worker of this.#workers) if (worker.isListening) return true;
    return false;
  }

  get isInCrashLoop(): boolean {
    return this.#restarts.looping > 0;
  }

  /** Every worker is in a crash loop and none listens: it takes more than new workers. */
  get isDown(): boolean {
    return this.#restarts.looping === this.#options.count && !this.hasListener;
  }

  /** Looks whether crash loops are over; to be called every now and then. */
  settle(): void {
    for (const worker of this.#restarts.settle(this.#options.monotonicNow()))
      this.#options.logger.info('worker crash loop is over', { worker });
  }

  start(): void {
    for (let index = 0; index < this.#options.count; index++) this.#start(index);
  }

  broadcast(order: SupervisorOrder): void {
    for (const worker of this.#workers) worker.order(order);
  }

  /**
   * Asks every worker for its metrics. Of one that does not answer in time the last known ones are taken, and
   * those that are gone are in their sum: no counter ever falls.
   */
  async collectMetrics(): Promise<MetricsSnapshot[]> {
    await this.#queries.ask(this.#started(), (request) => ({ type: 'metrics', request }));
    await this.#retired.settle();
    return [...Array.from(this.#workers, (worker) => worker.lastMetrics), this.#retired.metrics];
  }

  /** The `limit` connections with the most bytes waiting, and how many there are. */
  async connectionsByPending(limit: number): Promise<{ rows: WorkerConnection[]; total: number }> {
    const answers = await this.#queries.ask(this.#started(), (request) => ({ type: 'connections', request, limit }));
    const rows: WorkerConnection[] = [];
    let total = 0;
    for (const [worker, answer] of answers) {
      if (answer.type !== 'connections') continue;
      total += answer.total;
      for (const row of answer.rows) rows.push({ worker, row });
    }
    // Among equals an order that stays, so that pages do not overlap.
    rows.sort(
      (a, b) =>
        b.row.pendingBytes - a.row.pendingBytes || (a.worker.pid ?? 0) - (b.worker.pid ?? 0) || a.row.id - b.row.id,
    );
    return { rows: rows.slice(0, limit), total };
  }

  /** Closes one connection. @returns false when the worker with this process id has none with this number */
  async kick(pid: number, id: number): Promise<boolean> {
    const worker = this.#started().filter((each) => each.pid === pid);
    const answers = await this.#queries.ask(worker, (request) => ({ type: 'kick', request, id }));
    return [...answers.values()].some((answer) => answer.type === 'kicked' && answer.isFound);
  }

  /** Stops accepting and closes all connections within the window; the workers stay. */
  park(windowMs: number): void {
    this.#isOpen = false;
    for (const worker of this.#workers) worker.isListening = false;
    this.broadcast({ type: 'park', windowMs });
  }

  /** Accepts connections again after {@link park}. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#awaitsReady = true;
    for (const worker of this.#workers)
      if (worker.hasStarted && !worker.isLeaving) worker.order({ type: 'listen', port: this.#port });
  }

  /**
   * Asks clients that understand GOAWAY to connect elsewhere.
   * @param wanted how many, shared out by the connections that each worker has
   * @param perSecond of all workers together
   */
  rebalance(wanted: number, perSecond: number): void {
    const total = this.connections;
    let counted = 0;
    let given = 0;
    for (const worker of this.#workers) {
      counted += worker.connections;
      const connections = Math.round((wanted * counted) / total) - given;
      given += connections;
      if (connections === 0) continue;
      worker.order({ type: 'rebalance', connections, perSecond: (perSecond * worker.connections) / total });
    }
  }

  /** Closes all connections within the window; resolves when every worker is gone. */
  drain(windowMs: number): Promise<void> {
    this.#isDraining = true;
    for (const worker of this.#workers) {
      worker.isLeaving = true;
      worker.isListening = false;
    }
    this.broadcast({ type: 'drain', reason: 'drain', windowMs });
    return new Promise((resolve) => {
      this.#onEmpty = resolve;
      if (this.#workers.size === 0) resolve();
    });
  }

  /** For how long the busiest worker has worked on packets since this was called last. */
  takeBusiestMs(): number {
    let busiest = 0;
    for (const worker of this.#workers) busiest = Math.max(busiest, worker.takeBusyMs());
    return busiest;
  }

  /** Ends every worker at once. */
  killAll(): void {
    for (const worker of this.#workers) worker.kill('SIGKILL');
  }

  /**
   * Replaces workers that have passed nothing on for too long.
   * @param sinceLastMs how long ago this was called: when the whole server stood still, nobody is to blame
   */
  replaceStuck(nowMs: number, sinceLastMs: number): void {
    if (sinceLastMs > STANDSTILL_MS) for (const worker of this.#workers) worker.restartBlockedTime();
    for (const worker of this.#workers) {
      if (worker.blockedSinceMs === undefined || nowMs - worker.blockedSinceMs < STUCK_MS) continue;
      this.#options.logger.error('worker is stuck and is killed', { worker: worker.index, pid: worker.pid });
      worker.restartBlockedTime();
      worker.kill('SIGKILL');
    }
  }

  #started(): WorkerProcess[] {
    return [...this.#workers].filter(({ hasStarted }) => hasStarted);
  }

  #start(index: number): void {
    const { fork, monotonicNow, onMessage, onTaken, onStarted } = this.#options;
    const worker = new WorkerProcess(index, fork(index), monotonicNow, {
      onMessage,
      onTaken,
      onReport: (worker, report) => this.#onReport(worker, report),
      onExit: (worker, how) => this.#onExit(worker, how),
    });
    this.#workers.add(worker);
    this.#restarts.started(index, monotonicNow());
    onStarted(worker);
  }

  #onReport(worker: WorkerProcess, report: WorkerReport): void {
    switch (report.type) {
      case 'started':
        worker.hasStarted = true;
        worker.limits = report.limits;
        if (!this.#isOpen) break;
        // With port 0 the first worker chooses the port, then the others are told.
        if (this.#port !== 0 || worker.index === 0) worker.order({ type: 'listen', port: this.#port });
        break;
      case 'listening':
        this.#onListening(worker, report.host, report.port);
        break;
      case 'failed':
        if (!this.#isUp) this.#options.onFailed(`cannot listen for clients: ${report.message}`);
        else worker.kill('SIGKILL');
        break;
      case 'metrics':
        worker.lastMetrics = report.metrics;
        this.#queries.onAnswer(worker, report);
        break;
      case 'connections':
      case 'kicked':
        this.#queries.onAnswer(worker, report);
        break;
      case 'lag':
        worker.lag.add(report.lagMs);
        break;
      case 'cpu_time_exceeded':
        this.#options.logger.warn('worker has used up its CPU time and is replaced', { worker: worker.index });
        if (!worker.isLeaving) this.#replace(worker);
        break;
      case 'drained':
        worker.lastMetrics = report.metrics;
        worker.dismiss();
        break;
    }
  }

  /** Starts a successor; the worker leaves when that listens, so that its backlog is not reset. */
  #replace(worker: WorkerProcess): void {
    worker.isLeaving = true;
    this.#start(worker.index);
    this.#retiring.push(worker);
  }

  #onListening(worker: WorkerProcess, host: string, port: number): void {
    // Parked in the meantime: what it reports is over.
    if (!this.#isOpen) return;
    worker.isListening = true;
    if (this.#port === 0) {
      this.#port = port;
      // One that has not started yet is told when it has: twice told, it would listen twice.
      for (const other of this.#started()) if (other !== worker) other.order({ type: 'listen', port });
    }
    for (const retiring of this.#retiring.splice(0)) {
      if (retiring.index === worker.index)
        retiring.order({ type: 'drain', reason: 'recycle', windowMs: RETIRE_WINDOW_MS });
      else this.#retiring.push(retiring);
    }
    if (!this.#awaitsReady) return;
    const staying = [...this.#workers].filter(({ isLeaving }) => !isLeaving);
    if (staying.length < this.#options.count || !staying.every((each) => each.isListening)) return;
    this.#awaitsReady = false;
    this.#isUp = true;
    this.#options.onReady(host, port);
  }

  #onExit(worker: WorkerProcess, how: string): void {
    this.#workers.delete(worker);
    void this.#retired.add(worker.lastMetrics);
    this.#options.onGone(worker);
    if (this.#workers.size === 0) this.#onEmpty?.();
    if (worker.isLeaving) return;
    const { logger, onFailed, monotonicNow } = this.#options;
    if (!this.#isUp) {
      onFailed(`worker ${worker.index} ended at start with ${how}`);
      return;
    }
    const { index } = worker;
    const { afterMs, ends, beginsLoop } = this.#restarts.ended(index, monotonicNow());
    this.restartCount++;
    const fields = { worker: index, pid: worker.pid, how, connections: worker.connections, restart_in_ms: afterMs };
    logger.error('worker ended unexpectedly', fields);
    if (beginsLoop)
      logger.error('worker crash loop: it keeps ending soon after its start', { worker: index, how, ends });
    setTimeout(() => {
      if (!this.#isDraining) this.#start(index);
    }, afterMs);
  }
}
