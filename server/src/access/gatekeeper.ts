import type { Verdict } from '../link/control-message.ts';
import type { AuthRateLimit } from './auth-rate-limit.ts';
import type { Credentials } from './credentials.ts';
import { rateLimitKey } from './peer-address.ts';

/** Judges authentications for all workers, so that attempts count wherever a connection lands. */
export class Gatekeeper {
  readonly #credentials: Credentials;
  readonly #rateLimit: AuthRateLimit;

  constructor(credentials: Credentials, rateLimit: AuthRateLimit) {
    this.#credentials = credentials;
    this.#rateLimit = rateLimit;
  }

  /** @param nowMs ms of the monotonic clock */
  judge(address: string, username: string, password: string, nowMs: number): Verdict {
    const key = rateLimitKey(address);
    if (this.#rateLimit.isLocked(key, nowMs)) return 'rate_limited';
    if (this.#credentials.matches(username, password)) {
      this.#rateLimit.recordSuccess(key);
      return 'granted';
    }
    this.#rateLimit.recordFailure(key, nowMs);
    return 'denied';
  }
}
