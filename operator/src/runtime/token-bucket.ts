import { setTimeout as sleep } from 'node:timers/promises';

export interface TokenBucketOptions {
  /** Tokens that flow in per second: the rate in the long run (client-go: QPS). */
  readonly ratePerSecond: number;
  /** Tokens that the bucket holds: how many may be taken at once after a pause. */
  readonly burst: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

/**
 * A rate limit with the semantics of golang.org/x/time/rate, which client-go uses: a token may be taken on credit, and
 * whoever does waits until it has flowed in. So those who wait are served in order, and a full bucket costs no wait.
 */
export class TokenBucket {
  readonly #ratePerSecond: number;
  readonly #burst: number;
  readonly #now: () => number;
  /** Below zero: tokens that are promised and have yet to flow in. */
  #tokens: number;
  #filledAtMs: number;

  constructor(options: TokenBucketOptions) {
    this.#ratePerSecond = options.ratePerSecond;
    this.#burst = options.burst;
    this.#now = options.now ?? (() => performance.now());
    this.#tokens = options.burst;
    this.#filledAtMs = this.#now();
  }

  /** Takes a token. @returns milliseconds until it may be used; 0 when it is there already */
  reserve(): number {
    this.#fill();
    this.#tokens -= 1;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#ratePerSecond) * 1_000;
  }

  /**
   * Takes a token and waits until it may be used. A wait that is aborted gives it back.
   * @returns milliseconds waited for
   */
  async take(signal?: AbortSignal): Promise<number> {
    const delayMs = this.reserve();
    if (delayMs === 0) return 0;
    try {
      await sleep(delayMs, undefined, { signal });
    } catch (error) {
      this.giveBack();
      throw error;
    }
    return delayMs;
  }

  /** Returns a token that was taken and will not be used. */
  giveBack(): void {
    this.#tokens = Math.min(this.#tokens + 1, this.#burst);
  }

  #fill(): void {
    const nowMs = this.#now();
    const inflow = ((nowMs - this.#filledAtMs) / 1_000) * this.#ratePerSecond;
    this.#tokens = Math.min(this.#tokens + inflow, this.#burst);
    this.#filledAtMs = nowMs;
  }
}
