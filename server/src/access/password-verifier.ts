import { timingSafeEqual } from 'node:crypto';
import { deriveKey } from './password-hash.ts';
import type { User, UserEntry } from './user.ts';
import type { Verification, Verifier, VerifyOptions } from './verifier.ts';
import { VerdictCache } from './verdict-cache.ts';

/** Different credentials that may wait; more could not be checked before their clients give up. */
const MAX_WAITING = 256;

type Waiter = Pick<VerifyOptions, 'isWanted' | 'done'>;

/** A check of credentials, for all who present the same at the same time. */
interface Check {
  digest: string;
  username: string;
  password: string;
  isSuspect: boolean;
  waiters: Waiter[];
}

export interface PasswordVerifierOptions {
  /** Checks that run at the same time, each on a thread of its own. */
  maxRunning: number;
  monotonicNow: () => number;
  /** Replaced in tests. */
  derive?: typeof deriveKey;
}

/**
 * Checks passwords against scrypt hashes off the event loop: equal credentials once, a bounded number at a
 * time, and never again what is known. An unknown user costs what a known one with a wrong password costs.
 */
export class PasswordVerifier implements Verifier {
  readonly #options: PasswordVerifierOptions;
  readonly #derive: typeof deriveKey;
  readonly #cache: VerdictCache = new VerdictCache();
  readonly #checks: Map<string, Check> = new Map();
  #waiting: Check[] = [];
  #running = 0;
  #users: ReadonlyMap<string, UserEntry> = new Map();
  #entries: readonly UserEntry[];
  /** scrypt runs so far. */
  runCount = 0;

  constructor(users: readonly UserEntry[], options: PasswordVerifierOptions) {
    this.#options = options;
    this.#derive = options.derive ?? deriveKey;
    this.#entries = users;
    this.replaceUsers(users);
  }

  /** From now on these are the users; nothing that is known of the old ones counts. */
  replaceUsers(users: readonly UserEntry[]): void {
    this.#entries = users;
    this.#users = new Map(users.map((user) => [user.name, user]));
    this.#cache.clear();
  }

  verify(username: string, password: string, options: VerifyOptions): void {
    const { isSuspect, isWanted, done } = options;
    const digest = this.#cache.digest(username, password);
    const known = username === '' || password === '' ? 'wrong' : this.#cache.get(digest, this.#options.monotonicNow());
    if (known !== undefined) {
      done(known);
      return;
    }
    const waiter: Waiter = { isWanted, done };
    const sameCheck = this.#checks.get(digest);
    if (sameCheck) sameCheck.waiters.push(waiter);
    else if (this.#enqueue({ digest, username, password, isSuspect, waiters: [waiter] })) this.#startNext();
    else done('overloaded');
  }

  /** Those who have not failed yet go first, and take the place of one who has when there is none left. */
  #enqueue(check: Check): boolean {
    this.#waiting = this.#waiting.filter((waiting) => this.#isWanted(waiting));
    if (this.#waiting.length >= MAX_WAITING) {
      const last = check.isSuspect ? -1 : this.#waiting.findLastIndex(({ isSuspect }) => isSuspect);
      if (last < 0) return false;
      const [evicted] = this.#waiting.splice(last, 1);
      this.#settle(evicted!, 'overloaded');
    }
    this.#checks.set(check.digest, check);
    const place = check.isSuspect ? -1 : this.#waiting.findIndex(({ isSuspect }) => isSuspect);
    this.#waiting.splice(place < 0 ? this.#waiting.length : place, 0, check);
    return true;
  }

  /** Drops the waiters who no longer want to know. @returns true when there are others */
  #isWanted(check: Check): boolean {
    const { wanted = [], unwanted = [] } = Object.groupBy(check.waiters, ({ isWanted }) =>
      isWanted() ? 'wanted' : 'unwanted',
    );
    check.waiters = wanted;
    for (const { done } of unwanted) done('overloaded');
    if (check.waiters.length > 0) return true;
    this.#checks.delete(check.digest);
    return false;
  }

  #startNext(): void {
    while (this.#running < this.#options.maxRunning) {
      const check = this.#waiting.shift();
      if (!check) return;
      if (this.#isWanted(check)) void this.#run(check);
    }
  }

  async #run(check: Check): Promise<void> {
    this.#running++;
    let verification: Verification = 'overloaded';
    try {
      verification = (await this.#check(check)) ?? 'wrong';
    } catch {
      // There was no memory for it: the client may try again, and nothing is remembered.
    }
    this.#running--;
    this.#settle(check, verification);
    this.#startNext();
  }

  async #check({ digest, username, password }: Check): Promise<User | undefined> {
    for (;;) {
      const users = this.#users;
      const entry = users.get(username);
      const { hash } = entry ?? this.#decoyFor(username);
      this.runCount++;
      const isRight = timingSafeEqual(await this.#derive(password, hash), hash.key);
      // The users were replaced meanwhile: what was found out is about others.
      if (users !== this.#users) continue;
      const user = entry && isRight ? userOf(entry) : undefined;
      this.#cache.set(digest, user, this.#options.monotonicNow());
      return user;
    }
  }

  /** An unknown name is checked against somebody's hash, always the same one's, should costs differ. */
  #decoyFor(username: string): UserEntry {
    const place = Buffer.from(this.#cache.digest(username, ''), 'base64').readUInt32LE(0) % this.#entries.length;
    return this.#entries[place]!;
  }

  #settle(check: Check, verification: Verification): void {
    this.#checks.delete(check.digest);
    for (const { done } of check.waiters) done(verification);
  }
}

function userOf({ name, maxConnections, maxSymbols }: UserEntry): User {
  return { name, maxConnections, maxSymbols };
}
