/** Keys that are remembered at most; the one that connected longest ago goes first. */
const MAX_KEYS = 100_000;

interface Bucket {
  tokens: number;
  filledMs: number;
}

/** A token bucket per key: so many a second, and as many at once after a second of rest. */
export class ConnectionRate {
  readonly #perSecond: number;
  readonly #buckets: Map<string, Bucket> = new Map();

  /** @param perSecond 0 = without a limit */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Takes a token. @returns false when there is none */
  take(key: string, nowMs: number): boolean {
    if (this.#perSecond === 0) return true;
    const known = this.#buckets.get(key);
    const gained = known ? ((nowMs - known.filledMs) * this.#perSecond) / 1_000 : this.#perSecond;
    const tokens = Math.min(this.#perSecond, (known?.tokens ?? 0) + gained);
    if (tokens < 1) return false;
    // Deleted first, so that the map stays in order of time.
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: tokens - 1, filledMs: nowMs });
    this.#forgetFull(nowMs);
    return true;
  }

  /** A bucket that rested for a second is full, like one that is not known. */
  #forgetFull(nowMs: number): void {
    for (const [key, { filledMs }] of this.#buckets) {
      if (nowMs - filledMs < 1_000 && this.#buckets.size <= MAX_KEYS) return;
      this.#buckets.delete(key);
    }
  }
}
