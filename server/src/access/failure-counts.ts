/** Keys that are remembered at most; those that failed longest ago go first. */
const MAX_KEYS = 100_000;

interface Failures {
  count: number;
  /** The failures are forgotten at this time. */
  expiresMs: number;
}

/** Counts failures by key; all of a key are forgotten one window after its last one. */
export class FailureCounts {
  /** Holds for failures from now on. */
  windowMs: number;
  readonly #failures: Map<string, Failures> = new Map();

  constructor(windowMs: number) {
    this.windowMs = windowMs;
  }

  count(key: string, nowMs: number): number {
    const failures = this.#failures.get(key);
    if (!failures) return 0;
    if (failures.expiresMs > nowMs) return failures.count;
    this.#failures.delete(key);
    return 0;
  }

  /** @returns the count with this failure */
  add(key: string, nowMs: number): number {
    const count = this.count(key, nowMs) + 1;
    // Deleted first, so that the map stays in order of the last failure.
    this.#failures.delete(key);
    this.#failures.set(key, { count, expiresMs: nowMs + this.windowMs });
    this.#forgetOldest(nowMs);
    return count;
  }

  /** Takes failures back, all by default. @returns how many there were before */
  forgive(key: string, nowMs: number, amount = Infinity): number {
    const count = this.count(key, nowMs);
    if (count <= amount) this.#failures.delete(key);
    else this.#failures.get(key)!.count -= amount;
    return count;
  }

  #forgetOldest(nowMs: number): void {
    for (const [key, { expiresMs }] of this.#failures) {
      if (expiresMs > nowMs && this.#failures.size <= MAX_KEYS) return;
      this.#failures.delete(key);
    }
  }
}
