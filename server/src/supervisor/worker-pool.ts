import type { ChildProcess } from 'node:child_process';
import type { ControlMessage } from '../link/control-message.ts';
import type { WorkerReport } from '../link/process-message.ts';
import type { Logger } from '../ops/logger.ts';
import { RestartPolicy } from './restart-policy.ts';
import { WorkerProcess } from './worker-process.ts';
import { WorkerRoster } from './worker-roster.ts';

/** A worker that has no credit and shows no sign of work for this long is stuck and is replaced. */
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

/** Keeps the workers running: starts them, replaces those that die, are stuck, or have used up their CPU time. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly workers: WorkerRoster = new WorkerRoster();
  readonly #restarts: RestartPolicy;
  /** Workers that leave as soon as their successor listens. */
  readonly #retiring: WorkerProcess[] = [];
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

  /** Of all workers. */
  get connections(): number {
    return this.workers.connections;
  }

  get isInCrashLoop(): boolean {
    return this.#restarts.looping > 0;
  }

  /** Every worker is in a crash loop and none listens: it takes more than new workers. */
  get isDown(): boolean {
    return this.#restarts.looping === this.#options.count && !this.workers.hasListener;
  }

  /** Looks whether crash loops are over; to be called every now and then. */
  settle(): void {
    for (const worker of this.#restarts.settle(this.#options.monotonicNow()))
      this.#options.logger.info('worker crash loop is over', { worker });
  }

  start(): void {
    for (let index = 0; index < this.#options.count; index++) this.#start(index);
  }

  /** Stops accepting and closes all connections within the window; the workers stay. */
  park(windowMs: number): void {
    this.#isOpen = false;
    for (const worker of this.workers.all) worker.isListening = false;
    this.workers.broadcast({ type: 'park', windowMs });
  }

  /** Accepts connections again after {@link park}. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#awaitsReady = true;
    for (const worker of this.workers.all)
      if (worker.hasStarted && !worker.isLeaving) worker.order({ type: 'listen', port: this.#port });
  }

  /** Closes all connections within the window; resolves when every worker is gone. */
  drain(windowMs: number): Promise<void> {
    this.#isDraining = true;
    for (const worker of this.workers.all) {
      worker.isLeaving = true;
      worker.isListening = false;
    }
    this.workers.broadcast({ type: 'drain', reason: 'drain', windowMs });
    return new Promise((resolve) => {
      this.#onEmpty = resolve;
      if (this.workers.size === 0) resolve();
    });
  }

  /** Ends every worker at once. */
  killAll(): void {
    for (const worker of this.workers.all) worker.kill('SIGKILL');
  }

  /**
   * Replaces workers that have not worked for too long on what they have.
   * @param sinceLastMs how long ago this was called: when the whole server stood still, nobody is to blame
   */
  replaceStuck(nowMs: number, sinceLastMs: number): void {
    if (sinceLastMs > STANDSTILL_MS) for (const worker of this.workers.all) worker.restartBlockedTime();
    for (const worker of this.workers.all) {
      if (worker.blockedSinceMs === undefined || nowMs - worker.blockedSinceMs < STUCK_MS) continue;
      this.#options.logger.error('worker is stuck and is killed', { worker: worker.index, pid: worker.pid });
      worker.restartBlockedTime();
      worker.kill('SIGKILL');
    }
  }

  #start(index: number): void {
    const { fork, monotonicNow, onMessage, onTaken, onStarted } = this.#options;
    const worker = new WorkerProcess(index, fork(index), monotonicNow, {
      onMessage,
      onTaken,
      onReport: (worker, report) => this.#onReport(worker, report),
      onExit: (worker, how) => this.#onExit(worker, how),
    });
    this.workers.add(worker);
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
        this.workers.onAnswer(worker, report);
        break;
      case 'connections':
      case 'kicked':
        this.workers.onAnswer(worker, report);
        break;
      case 'load':
        worker.lag.add(report.lagMs);
        worker.waitingBytes = report.waitingBytes;
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
      for (const other of this.workers.started) if (other !== worker) other.order({ type: 'listen', port });
    }
    for (const retiring of this.#retiring.splice(0)) {
      if (retiring.index === worker.index)
        retiring.order({ type: 'drain', reason: 'recycle', windowMs: RETIRE_WINDOW_MS });
      else this.#retiring.push(retiring);
    }
    if (!this.#awaitsReady) return;
    const staying = this.workers.all.filter(({ isLeaving }) => !isLeaving);
    if (staying.length < this.#options.count || !staying.every((each) => each.isListening)) return;
    this.#awaitsReady = false;
    this.#isUp = true;
    this.#options.onReady(host, port);
  }

  #onExit(worker: WorkerProcess, how: string): void {
    this.workers.remove(worker);
    this.#options.onGone(worker);
    if (this.workers.size === 0) this.#onEmpty?.();
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
