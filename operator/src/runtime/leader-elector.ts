import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from './api-client.ts';
import { hasStatus } from './api-error.ts';
import type { CallOptions } from './api-options.ts';
import type { KubeObject } from './kube-object.ts';
import { LEASES, LeaseWatch } from './lease-watch.ts';
import type { Logger } from './logger.ts';
import { microTime } from './micro-time.ts';
import { trusted } from './trusted.ts';

/** The fields of a Lease that the election uses. */
interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

export interface LeaderElectorOptions {
  readonly client: Pick<ApiClient, 'get' | 'create' | 'replace' | 'watch'>;
  readonly namespace: string;
  readonly name: string;
  /** Unique among the candidates, such as the pod's name and a random suffix. */
  readonly identity: string;
  readonly logger: Logger;
  /** Time that others wait after the last renewal that they saw. Default 15 s. */
  readonly leaseDurationMs?: number;
  /** Time within which a renewal must succeed, else the lease counts as lost: less than the lease's. Default 10 s. */
  readonly renewDeadlineMs?: number;
  /** Time between two attempts. Default 2 s. */
  readonly retryPeriodMs?: number;
  readonly now?: () => number;
}

/** The time between two attempts is up to so many times what is asked for, so that candidates do not meet. */
const MOST_JITTER = 1.2;
/** What an answer that was lost once costs others is the whole duration of the lease. */
const RELEASE_ATTEMPTS = 2;
/** Longest name of a field manager that the API takes. */
const LONGEST_MANAGER = 128;

/** Failure of {@link LeaderElector.hold}: another may lead by now, so this process must stop at once. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/**
 * Leader election by a Lease, with client-go's rules: a lease counts as abandoned when its record has not changed for
 * its duration *by our own clock* (clocks of candidates may differ), every write is guarded by the resourceVersion,
 * and whoever cannot renew in time must stop working before others may start.
 */
export class LeaderElector {
  readonly #options: Required<LeaderElectorOptions>;
  #observed: KubeObject | undefined;
  #observedAtMs = 0;
  /** When the last renewal that succeeded was asked for. */
  #renewedMs = 0;
  #isLeader = false;
  /** Cuts the pause between two attempts short. */
  #wake: (() => void) | undefined;

  /** @throws {RangeError} when the times do not fit each other, so that two could lead */
  constructor(options: LeaderElectorOptions) {
    this.#options = {
      leaseDurationMs: 15_000,
      renewDeadlineMs: 10_000,
      retryPeriodMs: 2_000,
      now: () => performance.now(),
      ...options,
    };
    const { leaseDurationMs, renewDeadlineMs, retryPeriodMs, identity } = this.#options;
    if (identity === '') throw new RangeError('a candidate needs an identity');
    // The leader must have stopped before others may start, and have tried before it stops.
    if (!(retryPeriodMs > 0 && renewDeadlineMs > retryPeriodMs * MOST_JITTER && leaseDurationMs > renewDeadlineMs)) {
      throw new RangeError(
        `a lease of ${leaseDurationMs} ms must be longer than its renewal may take (${renewDeadlineMs} ms), and that ` +
          `longer than ${MOST_JITTER} times the time between two attempts (${retryPeriodMs} ms)`,
      );
    }
  }

  get isLeader(): boolean {
    return this.#isLeader;
  }

  /** Waits until this candidate leads. Rejects only when the signal aborts. */
  async acquire(signal: AbortSignal): Promise<void> {
    const watching = new AbortController();
    const ending = AbortSignal.any([signal, watching.signal]);
    // Begins when there is a wait that it can cut short.
    let isWatched = false;
    try {
      for (;;) {
        signal.throwIfAborted();
        this.#renewedMs = this.#options.now();
        if (await this.#try('cannot acquire the lease, trying again', signal)) break;
        if (!isWatched) void new LeaseWatch(this.#options).run(ending, () => this.#wake?.());
        isWatched = true;
        await this.#pause(signal);
      }
    } finally {
      watching.abort();
    }
    this.#isLeader = true;
    this.#options.logger.info('leading', { lease: this.#options.name, identity: this.#options.identity });
  }

  /**
   * Renews until the signal aborts. @throws {LeaseLostError} when the lease could not be renewed in time, though a
   * request may still be under way: waiting for it could take longer than others wait.
   */
  async hold(signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const lost = this.#awaitDeadline(AbortSignal.any([signal, stop.signal]));
    try {
      await Promise.race([this.#renewUntil(AbortSignal.any([signal, stop.signal])), lost]);
    } finally {
      stop.abort();
    }
    if (signal.aborted) return;
    this.#isLeader = false;
    throw this.#lost();
  }

  /**
   * Throws unless this candidate leads for sure: also right after the process was stopped for a while (SIGSTOP, a
   * starved machine), before any timer had a chance to notice.
   */
  assertLeads(): void {
    if (!this.#isLeader || this.#isOverdue()) throw this.#lost();
  }

  /** Gives the lease up, so that the next leader need not wait for it to expire. */
  async release(): Promise<void> {
    if (!this.#isLeader || this.#observed === undefined) return;
    this.#isLeader = false;
    const { logger, name, retryPeriodMs, renewDeadlineMs, now } = this.#options;
    const pauseMs = retryPeriodMs / 4;
    // After that it soon expires by itself: not worth the time of whoever waits for this process to end.
    const lastMs = now() + renewDeadlineMs - pauseMs;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#replaceReleased(this.#observed);
        logger.info('lease released', { lease: name });
        return;
      } catch (error) {
        // 404: somebody has deleted it.
        if (attempt === RELEASE_ATTEMPTS || hasStatus(error, 404) || now() >= lastMs) {
          logger.warn('the lease could not be released, it will expire', { error: String(error) });
          return;
        }
        // The write may have been done all the same: the next attempt finds that.
        await sleep(pauseMs);
      }
    }
  }

  async #replaceReleased(lease: KubeObject): Promise<void> {
    const { client, namespace, name, identity } = this.#options;
    const { holderIdentity: _, ...spec } = specOf(lease);
    const released = { ...spec, leaseDurationSeconds: 1, renewTime: microTime(Date.now()) };
    try {
      await this.#replace(lease, released);
    } catch (error) {
      if (!hasStatus(error, 409)) throw error;
      // Our own last renewal was written though its answer did not come, or somebody has edited the lease.
      const live = await client.get(LEASES, namespace, name, this.#call());
      if (specOf(live).holderIdentity === identity) await this.#replace(live!, released);
    }
  }

  /** Resolves when the signal aborts, or another holds the lease. */
  async #renewUntil(signal: AbortSignal): Promise<void> {
    for (;;) {
      await sleep(this.#options.retryPeriodMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      // Others count from the write, which may have been long before its answer.
      const askedMs = this.#options.now();
      if (await this.#try('cannot renew the lease, trying again', signal)) this.#renewedMs = askedMs;
      else if (this.#isHeldByOther()) return;
    }
  }

  /** Resolves when the lease was not renewed in time, or the signal aborts. */
  async #awaitDeadline(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#isOverdue()) {
      const leftMs = this.#renewedMs + this.#options.renewDeadlineMs - this.#options.now();
      await sleep(Math.min(leftMs, this.#options.retryPeriodMs), undefined, { signal }).catch(() => undefined);
    }
  }

  #isOverdue(): boolean {
    return this.#options.now() - this.#renewedMs >= this.#options.renewDeadlineMs;
  }

  #lost(): LeaseLostError {
    return new LeaseLostError(`the lease ${this.#options.namespace}/${this.#options.name} was lost`);
  }

  /** Waits for the next attempt, or until the lease was given up. */
  async #pause(signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await sleep(this.#jitteredRetryMs(), undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(
      (error: unknown) => {
        if (signal.aborted) throw error;
      },
    );
    this.#wake = undefined;
  }

  #jitteredRetryMs(): number {
    return this.#options.retryPeriodMs * (1 + Math.random() * (MOST_JITTER - 1));
  }

  #isHeldByOther(): boolean {
    const holder = specOf(this.#observed).holderIdentity ?? '';
    return holder !== '' && holder !== this.#options.identity;
  }

  async #try(failureMessage: string, signal: AbortSignal): Promise<boolean> {
    try {
      return await this.#acquireOrRenew(signal);
    } catch (error) {
      // Another candidate was faster: its record is read at the next attempt.
      if (!hasStatus(error, 409) && !signal.aborted)
        this.#options.logger.warn(failureMessage, { error: String(error) });
      return false;
    }
  }

  async #acquireOrRenew(signal: AbortSignal): Promise<boolean> {
    const { client, namespace, name } = this.#options;
    const call = this.#call(signal);
    if (await this.#renewHeld(signal)) return true;
    // The lease may have been given up while the answer was on its way: it must not be taken again.
    signal.throwIfAborted();
    let lease = await client.get(LEASES, namespace, name, call);
    if (lease === undefined) {
      // Somebody has deleted it, and its holder still leads until it notices: it is waited for as if it had gone silent.
      if (this.#isHeldByOther() && !this.#isExpired(specOf(this.#observed))) return false;
      signal.throwIfAborted();
      if (await this.#create(signal)) return true;
      // Another was faster. Who leads must know of it now, not at its next attempt.
      lease = await client.get(LEASES, namespace, name, call);
      if (lease === undefined) return false;
    }
    this.#observe(lease);
    const spec = specOf(lease);
    if (this.#isHeldByOther() && !this.#isExpired(spec)) return false;
    signal.throwIfAborted();
    this.#observe(await this.#replace(lease, this.#record(spec), signal));
    return true;
  }

  /** Makes the lease, and returns whether it is ours: false when there is one already. */
  async #create(signal: AbortSignal): Promise<boolean> {
    const { client, namespace, name } = this.#options;
    const { apiVersion, kind } = LEASES;
    const body = { apiVersion, kind, metadata: { name, namespace }, spec: this.#record() };
    try {
      this.#observe(await client.create(LEASES, namespace, body, this.#manager, this.#call(signal)));
      return true;
    } catch (error) {
      if (hasStatus(error, 409)) return false;
      throw error;
    }
  }

  /** Renews without reading first: as long as nobody else writes the lease, its version is the one we left. */
  async #renewHeld(signal: AbortSignal): Promise<boolean> {
    if (!this.#isLeader || this.#observed === undefined) return false;
    try {
      this.#observe(await this.#replace(this.#observed, this.#record(specOf(this.#observed)), signal));
      return true;
    } catch (error) {
      // 404: somebody has deleted it. The others wait, so that it is ours to make anew.
      if (hasStatus(error, 409) || hasStatus(error, 404)) return false;
      throw error;
    }
  }

  async #replace(lease: KubeObject, spec: LeaseSpec, signal?: AbortSignal): Promise<KubeObject> {
    const { client, namespace, name } = this.#options;
    return await client.replace(LEASES, namespace, name, { ...lease, spec }, this.#manager, this.#call(signal));
  }

  #call(signal?: AbortSignal): CallOptions {
    return { timeoutMs: this.#options.renewDeadlineMs / 2, retry: false, signal };
  }

  get #manager(): string {
    return this.#options.identity.slice(0, LONGEST_MANAGER);
  }

  #record(previous?: LeaseSpec): LeaseSpec {
    const now = microTime(Date.now());
    const isRenewal = previous?.holderIdentity === this.#options.identity;
    return {
      holderIdentity: this.#options.identity,
      leaseDurationSeconds: Math.ceil(this.#options.leaseDurationMs / 1_000),
      acquireTime: isRenewal && previous.acquireTime !== undefined ? previous.acquireTime : now,
      renewTime: now,
      leaseTransitions: (previous?.leaseTransitions ?? 0) + (isRenewal || previous === undefined ? 0 : 1),
    };
  }

  /** Only the record counts: whoever labels or annotates the lease of a dead holder does not renew it. */
  #observe(lease: KubeObject): void {
    if (this.#observed === undefined || JSON.stringify(lease['spec']) !== JSON.stringify(this.#observed['spec'])) {
      this.#observedAtMs = this.#options.now();
    }
    this.#observed = lease;
  }

  #isExpired(spec: LeaseSpec): boolean {
    const durationMs = (spec.leaseDurationSeconds ?? 0) * 1_000;
    return this.#options.now() - this.#observedAtMs >= durationMs;
  }
}

function specOf(lease: KubeObject | undefined): LeaseSpec {
  return trusted(lease?.['spec'] ?? {});
}
