import type { Verdict } from '../link/control-message.ts';
import type { AuthRateLimit } from './auth-rate-limit.ts';
import { rateLimitKey } from './peer-address.ts';
import type { SlowDenials } from './slow-denials.ts';
import type { User } from './user.ts';
import type { Verification, Verifier } from './verifier.ts';

export interface AuthAttempt {
  address: string;
  username: string;
  password: string;
}

export interface GatekeeperParts {
  verifier: Verifier;
  rateLimit: AuthRateLimit;
  slowDenials: SlowDenials;
  /** Ms of the monotonic clock. */
  monotonicNow: () => number;
}

/** With `granted`: who it is. */
export type Answer = (verdict: Verdict, user?: User) => void;

/** Judges authentications for all workers, so that attempts count wherever a connection lands. */
export class Gatekeeper {
  readonly #parts: GatekeeperParts;

  constructor(parts: GatekeeperParts) {
    this.#parts = parts;
  }

  /**
   * @param answer called once, possibly before this returns
   * @returns to be called when the connection is gone: it gets no answer, but a wrong password still counts, lest
   * guessing were free for those who do not wait
   */
  judge({ address, username, password }: AuthAttempt, answer: Answer): () => void {
    const { verifier, rateLimit, slowDenials, monotonicNow } = this.#parts;
    const key = rateLimitKey(address);
    const isLocked = (): boolean => rateLimit.isLocked(key, monotonicNow());
    if (isLocked()) {
      answer('rate_limited');
      return () => {};
    }
    let isGone = false;
    let cancelDenial = (): void => {};
    const conclude = (verification: Verification): void => {
      const nowMs = monotonicNow();
      // Others of this address may have failed meanwhile: who guesses many at once learns no more than one by one.
      const isLockedNow = isLocked();
      if (verification === 'wrong' && !isLockedNow) rateLimit.recordFailure(key, username, nowMs);
      if (isGone) return;
      if (isLockedNow) answer('rate_limited');
      else if (verification === 'overloaded') answer('overloaded');
      else if (verification === 'wrong') cancelDenial = slowDenials.deny(username, nowMs, () => answer('denied'));
      else {
        rateLimit.recordSuccess(key, username, nowMs);
        answer('granted', verification);
      }
    };
    const isSuspect = rateLimit.hasFailures(key, monotonicNow());
    verifier.verify(username, password, { isSuspect, isWanted: () => !isGone && !isLocked(), done: conclude });
    return () => {
      isGone = true;
      cancelDenial();
    };
  }
}
