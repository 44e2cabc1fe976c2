import { FailureCounts } from './failure-counts.ts';

/**
 * Locks an address after too many failed authentications: from the limit on, for one window after the last
 * failure that counted. Attempts during the lock do not prolong it.
 */
export class AuthRateLimit {
  #maxAttempts: number;
  readonly #byAddress: FailureCounts;
  readonly #byAddressAndUser: FailureCounts;

  /** @param maxAttempts failures within the window that lock; 0 = never */
  constructor(maxAttempts: number, windowMs: number) {
    this.#maxAttempts = maxAttempts;
    this.#byAddress = new FailureCounts(windowMs);
    this.#byAddressAndUser = new FailureCounts(windowMs);
  }

  /** What was counted stays, and counts by the new number from now on. */
  configure(maxAttempts: number, windowMs: number): void {
    this.#maxAttempts = maxAttempts;
    this.#byAddress.windowMs = windowMs;
    this.#byAddressAndUser.windowMs = windowMs;
  }

  isLocked(address: string, nowMs: number): boolean {
    return this.#maxAttempts > 0 && this.#byAddress.count(address, nowMs) >= this.#maxAttempts;
  }

  /** True while failures from this address are remembered. */
  hasFailures(address: string, nowMs: number): boolean {
    return this.#byAddress.count(address, nowMs) > 0;
  }

  recordFailure(address: string, username: string, nowMs: number): void {
    if (this.#maxAttempts === 0) return;
    this.#byAddress.add(address, nowMs);
    this.#byAddressAndUser.add(pair(address, username), nowMs);
  }

  /** Forgets the address's failures as this user, and no others: who has one password must not try out a second. */
  recordSuccess(address: string, username: string, nowMs: number): void {
    const failures = this.#byAddressAndUser.forgive(pair(address, username), nowMs);
    if (failures > 0) this.#byAddress.forgive(address, nowMs, failures);
  }
}

function pair(address: string, username: string): string {
  return `${address} ${username}`;
}
