import type { Logger } from '../ops/logger.ts';
import { LogSampler } from '../ops/log-sampler.ts';
import type { CloseReason } from '../session/close-reason.ts';
import { isFault, isProtocolError } from '../session/close-reason.ts';
import type { WorkerMetrics } from './worker-metrics.ts';
import type { WorkerStats } from './worker-stats.ts';

/** Lines per minute and reason about connections that ended by a fault. */
const SAMPLED_LINES = 10;
const SAMPLE_INTERVAL_MS = 60_000;

/** Counts and logs how connections end. */
export class CloseAccounts {
  readonly #stats: WorkerStats;
  readonly #metrics: WorkerMetrics;
  readonly #logger: Logger;
  readonly #sampler: LogSampler = new LogSampler(SAMPLED_LINES, SAMPLE_INTERVAL_MS);

  constructor(stats: WorkerStats, metrics: WorkerMetrics, logger: Logger) {
    this.#stats = stats;
    this.#metrics = metrics;
    this.#logger = logger;
  }

  /** A connection ended before it had a session. @param problem what the reason does not tell */
  unborn(reason: CloseReason, address: string, lifeMs: number, nowMs: number, problem?: string): void {
    this.#count(reason);
    this.#log(reason, address, lifeMs, nowMs, problem);
  }

  /** A connection ended. @param lifeMs how long it was open */
  closed(reason: CloseReason, address: string, lifeMs: number, nowMs: number): void {
    this.#stats.activeConnections--;
    this.#metrics.connectionDuration.observe(lifeMs / 1_000);
    this.#count(reason);
    this.#log(reason, address, lifeMs, nowMs);
  }

  #count(reason: CloseReason): void {
    this.#stats.closes.add(reason);
    if (isFault(reason)) this.#stats.connectionErrors.add(reason);
    if (isProtocolError(reason)) this.#stats.protocolErrors.add(reason);
  }

  #log(reason: CloseReason, address: string, lifeMs: number, nowMs: number, problem?: string): void {
    const message = reason === 'resource_breach' ? 'rejected connection due to resource breach' : 'connection closed';
    const fields = { reason, address, duration_ms: Math.round(lifeMs), ...(problem === undefined ? {} : { problem }) };
    if (!isFault(reason)) {
      this.#logger.debug('connection closed', fields);
      return;
    }
    const suppressed = this.#sampler.admit(reason, nowMs);
    if (suppressed === undefined) return;
    this.#logger.info(message, suppressed > 0 ? { ...fields, suppressed } : fields);
  }
}
