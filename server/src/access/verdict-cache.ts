import { KeyedDigest } from './keyed-digest.ts';
import type { User } from './user.ts';

/** A right password is remembered this long after its last use: reconnects come hours after the first login. */
const RIGHT_MS = 43_200_000;
/** A wrong one shorter: it matters only to clients that try the same again and again. */
const WRONG_MS = 60_000;
const MAX_RIGHT = 100_000;
const MAX_WRONG = 10_000;

interface Remembered {
  user: User | undefined;
  expiresMs: number;
}

/**
 * Remembers what came of credentials, so that a client that comes again costs no scrypt. Credentials are kept
 * as a digest under a key that exists only in this process. Wrong ones have a place of their own: guesses do
 * not push right ones out.
 */
export class VerdictCache {
  readonly #digest: KeyedDigest = new KeyedDigest();
  readonly #right: Map<string, Remembered> = new Map();
  readonly #wrong: Map<string, Remembered> = new Map();

  /** Names credentials without telling them. */
  digest(username: string, password: string): string {
    return this.#digest.of(`${username.length}:${username}${password}`).toString('base64');
  }

  /** @returns undefined = not known; else the user, or `wrong` */
  get(digest: string, nowMs: number): User | 'wrong' | undefined {
    for (const known of [this.#right, this.#wrong]) {
      const remembered = known.get(digest);
      if (!remembered) continue;
      known.delete(digest);
      if (remembered.expiresMs <= nowMs) continue;
      if (!remembered.user) {
        known.set(digest, remembered);
        return 'wrong';
      }
      // Back in at the end: the map is in order of the last use.
      known.set(digest, { ...remembered, expiresMs: nowMs + RIGHT_MS });
      return remembered.user;
    }
    return undefined;
  }

  set(digest: string, user: User | undefined, nowMs: number): void {
    const [known, max, keptMs] = user ? [this.#right, MAX_RIGHT, RIGHT_MS] : [this.#wrong, MAX_WRONG, WRONG_MS];
    known.set(digest, { user, expiresMs: nowMs + keptMs });
    if (known.size <= max) return;
    for (const [oldest] of known) {
      known.delete(oldest);
      return;
    }
  }

  clear(): void {
    this.#right.clear();
    this.#wrong.clear();
  }
}
