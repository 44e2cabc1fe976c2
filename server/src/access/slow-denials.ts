import { FailureCounts } from './failure-counts.ts';

const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 4_000;
/** Answers that may wait at the same time; what comes on top is answered at once. */
const MAX_WAITING = 1_000;

/**
 * Makes guessing at one user slow, from however many addresses: once a user name has failed often, every
 * further wrong answer waits. Names are counted whether such a user exists or not. A right password is not
 * this class's business, so nobody is locked out.
 */
export class SlowDenials {
  #freeFailures: number;
  readonly #byUser: FailureCounts;
  #waiting = 0;

  /** @param freeFailures failures within the window that are answered at once; 0 = all are */
  constructor(freeFailures: number, windowMs: number) {
    this.#freeFailures = freeFailures;
    this.#byUser = new FailureCounts(windowMs);
  }

  /** What was counted stays, and counts by the new number from now on. */
  configure(freeFailures: number, windowMs: number): void {
    this.#freeFailures = freeFailures;
    this.#byUser.windowMs = windowMs;
  }

  /**
   * Counts a wrong answer and calls `deny` when it may be given, possibly at once.
   * @returns gives up the waiting
   */
  deny(username: string, nowMs: number, deny: () => void): () => void {
    const delayMs = this.#delayAfter(username, nowMs);
    if (delayMs === 0) {
      deny();
      return () => {};
    }
    this.#waiting++;
    let timer: NodeJS.Timeout | undefined = setTimeout(() => {
      settle();
      deny();
    }, delayMs);
    const settle = (): void => {
      if (timer === undefined) return;
      clearTimeout(timer);
      timer = undefined;
      this.#waiting--;
    };
    return settle;
  }

  #delayAfter(username: string, nowMs: number): number {
    if (this.#freeFailures === 0) return 0;
    const excess = this.#byUser.add(username, nowMs) - this.#freeFailures;
    if (excess <= 0 || this.#waiting >= MAX_WAITING) return 0;
    return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (excess - 1));
  }
}
