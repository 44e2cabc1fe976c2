/** Addresses that are remembered at most; the ones that failed longest ago go first. */
const MAX_ADDRESSES = 100_000;

interface Failures {
  count: number;
  /** The failures are forgotten at this time. */
  expiresMs: number;
}

/**
 * Locks an address after too many failed authentications: from the limit on, for one window after the last
 * failure that counted. Attempts during the lock do not prolong it.
 */
export class AuthRateLimit {
  #maxAttempts = 0;
  #windowMs = 0;
  readonly #failures: Map<string, Failures> = new Map();

  /** @param maxAttempts failures within the window that lock; 0 = never */
  constructor(maxAttempts: number, windowMs: number) {
    this.configure(maxAttempts, windowMs);
  }

  /** What was counted stays, and counts by the new number from now on. */
  configure(maxAttempts: number, windowMs: number): void {
    this.#maxAttempts = maxAttempts;
    this.#windowMs = windowMs;
  }

  isLocked(key: string, nowMs: number): boolean {
    const failures = this.#failures.get(key);
    if (!failures || this.#maxAttempts === 0) return false;
    if (failures.expiresMs <= nowMs) {
      this.#failures.delete(key);
      return false;
    }
    return failures.count >= this.#maxAttempts;
  }

  recordFailure(key: string, nowMs: number): void {
    if (this.#maxAttempts === 0) return;
    const known = this.#failures.get(key);
    const count = known && known.expiresMs > nowMs ? known.count + 1 : 1;
    // Deleted first, so that the map stays in order of the last failure.
    this.#failures.delete(key);
    this.#failures.set(key, { count, expiresMs: nowMs + this.#windowMs });
    this.#forgetOldest(nowMs);
  }

  recordSuccess(key: string): void {
    this.#failures.delete(key);
  }

  #forgetOldest(nowMs: number): void {
    for (const [key, { expiresMs }] of this.#failures) {
      if (expiresMs > nowMs && this.#failures.size <= MAX_ADDRESSES) return;
      this.#failures.delete(key);
    }
  }
}
