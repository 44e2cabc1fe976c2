import { AuthRateLimit } from '../access/auth-rate-limit.ts';
import { Credentials } from '../access/credentials.ts';
import { Gatekeeper } from '../access/gatekeeper.ts';
import { PasswordVerifier } from '../access/password-verifier.ts';
import { SlowDenials } from '../access/slow-denials.ts';
import type { UserEntry } from '../access/user.ts';
import type { HotSettings, ServerConfig } from '../config/server-config.ts';
import type { AuthenticateMessage, OpenMessage, SubscribeMessage } from '../link/control-message.ts';
import type { Refusal } from './admission.ts';
import { Admission } from './admission.ts';
import type { LedgerEntry } from './connection-ledger.ts';
import { ConnectionLedger } from './connection-ledger.ts';
import type { WorkerProcess } from './worker-process.ts';

/** Checks of passwords at the same time: Node has four threads, and the stream needs CPU too. */
const MAX_CHECKS = 4;

export interface ConnectionDeskOptions {
  config: ServerConfig;
  /** Of the users file, the environment's pair among them; empty = that pair alone. */
  users: readonly UserEntry[];
  /** Worker processes, one per CPU. */
  workers: number;
  monotonicNow: () => number;
}

/** Decides for all workers who may stay: by the limits, and by who it is. */
export class ConnectionDesk {
  readonly #feedSymbols: readonly string[];
  readonly #monotonicNow: () => number;
  readonly #ledger: ConnectionLedger<WorkerProcess> = new ConnectionLedger();
  readonly #admission: Admission;
  readonly #passwords: PasswordVerifier | undefined;
  readonly #rateLimit: AuthRateLimit;
  readonly #slowDenials: SlowDenials;
  readonly #gatekeeper: Gatekeeper;
  #hot: HotSettings;

  constructor({ config, users, workers, monotonicNow }: ConnectionDeskOptions) {
    const { hot } = config;
    this.#hot = hot;
    this.#feedSymbols = config.feed.symbols;
    this.#monotonicNow = monotonicNow;
    this.#admission = new Admission(this.#ledger, hot);
    const maxRunning = Math.max(1, Math.min(MAX_CHECKS, Math.floor(workers / 2)));
    this.#passwords = users.length === 0 ? undefined : new PasswordVerifier(users, { maxRunning, monotonicNow });
    this.#rateLimit = new AuthRateLimit(hot.authMaxAttempts, hot.authRateLimitWindow);
    this.#slowDenials = new SlowDenials(hot.authMaxAttempts, hot.authRateLimitWindow);
    this.#gatekeeper = new Gatekeeper({
      verifier: this.#passwords ?? new Credentials(config.username, config.password),
      rateLimit: this.#rateLimit,
      slowDenials: this.#slowDenials,
      monotonicNow,
    });
  }

  /** Runs of scrypt so far. */
  get passwordChecks(): number {
    return this.#passwords?.runCount ?? 0;
  }

  /** Takes over what can change while the server runs: it holds for what comes from now on. */
  applySettings(hot: HotSettings): void {
    this.#hot = hot;
    this.#admission.applyLimits(hot);
    this.#rateLimit.configure(hot.authMaxAttempts, hot.authRateLimitWindow);
    this.#slowDenials.configure(hot.authMaxAttempts, hot.authRateLimitWindow);
  }

  /** Takes the users over. Connections of users who are gone are closed; all others stay. */
  applyUsers(users: readonly UserEntry[]): void {
    this.#passwords?.replaceUsers(users);
    const byName = new Map(users.map(({ hash: _hash, ...user }) => [user.name, user]));
    for (const [worker, entry] of this.#ledger.authenticated()) {
      const user = byName.get(entry.user.name);
      if (user) entry.user = user;
      else this.#refuse(worker, entry, { reason: 'user_removed' });
    }
  }

  /**
   * @param connections of all workers, this one included
   * @param isBreached a resource is too short for one more
   */
  onOpen(worker: WorkerProcess, { slot, id, address }: OpenMessage, connections: number, isBreached: boolean): void {
    const entry = this.#ledger.open(worker, slot, id, address);
    const refusal = this.#shortage(connections, isBreached) ?? this.#admission.onOpened(entry, this.#monotonicNow());
    if (refusal) this.#refuse(worker, entry, refusal);
  }

  onClosed(worker: WorkerProcess, id: number): void {
    this.#ledger.close(worker, id);
  }

  onWorkerGone(worker: WorkerProcess): void {
    this.#ledger.closeAll(worker);
  }

  onAuthenticate(worker: WorkerProcess, { slot, id, address, username, password }: AuthenticateMessage): void {
    const entry = this.#ledger.find(worker, id);
    // Refused meanwhile.
    if (!entry) return;
    let isAnswered = false;
    const onGone = this.#gatekeeper.judge({ address, username, password }, (verdict, user) => {
      isAnswered = true;
      entry.onGone = undefined;
      if (user) this.#ledger.setUser(entry, user);
      const refusal = user && this.#admission.onAuthenticated(user);
      if (refusal) this.#refuse(worker, entry, refusal);
      else worker.sendControl({ type: 'verdict', slot, id, verdict });
    });
    if (!isAnswered) entry.onGone = onGone;
  }

  /** @returns false when the connection had to be refused */
  maySubscribe(worker: WorkerProcess, { id, request }: SubscribeMessage): boolean {
    const entry = this.#ledger.find(worker, id);
    if (!entry?.user) return true;
    const refusal = this.#admission.onSubscribing(entry.user, request.symbols, this.#feedSymbols);
    if (refusal) this.#refuse(worker, entry, refusal);
    return !refusal;
  }

  #shortage(connections: number, isBreached: boolean): Refusal | undefined {
    if (connections > this.#hot.maxConnections) return { reason: 'server_full' };
    return isBreached ? { reason: 'resource_breach' } : undefined;
  }

  #refuse(worker: WorkerProcess, { slot, id }: LedgerEntry, refusal: Refusal): void {
    this.#ledger.close(worker, id);
    worker.refuse({ slot, id, ...refusal });
  }
}
