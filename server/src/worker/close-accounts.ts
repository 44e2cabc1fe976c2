import type { Logger } from '../ops/logger.ts';
import { SampledLog } from '../ops/sampled-log.ts';
import type { CloseReason } from '../session/close-reason.ts';
import { isFault, isProtocolError } from '../session/close-reason.ts';
import type { WorkerMetrics } from './worker-metrics.ts';
import type { WorkerStats } from './worker-stats.ts';

/** Counts and logs how connections end. */
export class CloseAccounts {
  readonly #stats: WorkerStats;
  readonly #metrics: WorkerMetrics;
  readonly #logger: Logger;
  readonly #sampled: SampledLog;

  constructor(stats: WorkerStats, metrics: WorkerMetrics, logger: Logger) {
    this.#stats = stats;
    this.#metrics = metrics;
    this.#logger = logger;
    this.#sampled = new SampledLog(logger);
  }

  /** The system refused to accept a connection. */
  acceptFailed(error: NodeJS.ErrnoException): void {
    this.#sampled.log('error', 'accept_failed', 'accept failed', { error: error.message });
  }

  /** A connection ended before it had a session. @param problem what the reason does not tell */
  unborn(reason: CloseReason, address: string, lifeMs: number, problem?: string): void {
    this.#count(reason);
    this.#log(reason, address, lifeMs, problem);
  }

  /** A connection ended. @param lifeMs how long it was open */
  closed(reason: CloseReason, address: string, lifeMs: number): void {
    this.#stats.activeConnections--;
    this.#metrics.connectionDuration.observe(lifeMs / 1_000);
    this.#count(reason);
    this.#log(reason, address, lifeMs);
  }

  #count(reason: CloseReason): void {
    this.#stats.closes.add(reason);
    if (isFault(reason)) this.#stats.connectionErrors.add(reason);
    if (isProtocolError(reason)) this.#stats.protocolErrors.add(reason);
  }

  #log(reason: CloseReason, address: string, lifeMs: number, problem?: string): void {
    const fields = { reason, address, duration_ms: Math.round(lifeMs), ...(problem === undefined ? {} : { problem }) };
    if (!isFault(reason)) {
      this.#logger.debug('connection closed', fields);
      return;
    }
    const message = reason === 'resource_breach' ? 'rejected connection due to resource breach' : 'connection closed';
    this.#sampled.log('info', reason, message, fields);
  }
}
