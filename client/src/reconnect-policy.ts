import { ErrorCode } from '@tick-storm/protocol';
import { backoffDelayMs } from './backoff.ts';
import type { TickStormError } from './errors.ts';
import type { ClientSettings } from './options.ts';

/** A connection that lasted this long was a good one: the pauses start small again. */
const STABLE_MS = 10_000;

/** Decides after each failure whether to try again, and when. Knows no timer: the caller brings the time. */
export class ReconnectPolicy {
  readonly #reconnect: ClientSettings['reconnect'];
  readonly #addresses: number;
  readonly #random: () => number;
  #attempt = 0;
  #hasBeenAuthenticated = false;
  #authenticatedAtMs: number | undefined;
  #initialFailures = 0;
  #hasRetriedAtOnce = false;

  /** @param random numbers in [0, 1) */
  constructor(settings: Pick<ClientSettings, 'reconnect' | 'addresses'>, random: () => number) {
    this.#reconnect = settings.reconnect;
    this.#addresses = settings.addresses.length;
    this.#random = random;
  }

  /** @param nowMs a monotonic clock */
  authenticated(nowMs: number): void {
    this.#hasBeenAuthenticated = true;
    this.#hasRetriedAtOnce = false;
    this.#authenticatedAtMs = nowMs;
  }

  /**
   * @param nowMs a monotonic clock
   * @returns the pause before the next attempt in ms; undefined: give up
   */
  afterFailure(error: TickStormError, nowMs: number): number | undefined {
    const wasLetIn = this.#authenticatedAtMs !== undefined;
    const upMs = nowMs - (this.#authenticatedAtMs ?? nowMs);
    this.#authenticatedAtMs = undefined;
    if (!this.#reconnect || !error.isRetryable) return undefined;
    // A server that leaves says so, or its listener resets what waits in its backlog; its neighbour already accepts.
    if ((isResetBeforeAuth(error) || isLeaving(error, wasLetIn)) && !this.#hasRetriedAtOnce) {
      this.#hasRetriedAtOnce = true;
      return 0;
    }
    if (!this.#hasBeenAuthenticated && !this.#reconnect.retryInitial) {
      this.#initialFailures += 1;
      return this.#initialFailures < this.#addresses ? 0 : undefined;
    }
    if (upMs >= STABLE_MS) this.#attempt = 0;
    if (this.#attempt >= this.#reconnect.maxAttempts) return undefined;
    this.#attempt += 1;
    // A server that is full wants new clients to stay away: spread over the longest pause at once. Who was let in
    // and closed as too slow resumes from the history, and that is short.
    const isTurnedAway = error.server?.code === ErrorCode.RATE_LIMITED && !wasLetIn;
    if (isTurnedAway) return Math.floor(this.#random() * this.#reconnect.maxDelayMs);
    return backoffDelayMs(this.#attempt - 1, this.#reconnect, this.#random());
  }
}

function isLeaving({ server }: TickStormError, wasLetIn: boolean): boolean {
  return server?.code === ErrorCode.INTERNAL_ERROR && !wasLetIn;
}

function isResetBeforeAuth({ kind, cause }: TickStormError): boolean {
  return (
    kind === 'connect' && typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ECONNRESET'
  );
}
