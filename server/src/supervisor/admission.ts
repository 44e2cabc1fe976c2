import { ConnectionRate } from '../access/connection-rate.ts';
import { countSymbols } from '../access/symbol-count.ts';
import type { User } from '../access/user.ts';
import type { HotSettings } from '../config/options.ts';
import type { CloseReason } from '../session/close-reason.ts';
import type { ConnectionLedger, LedgerEntry } from './connection-ledger.ts';

/** 0 = without a limit. */
export type AdmissionLimits = Pick<
  HotSettings,
  | 'maxConnectionsPerIp'
  | 'connectionRateLimit'
  | 'connectionRateLimitPerIp'
  | 'maxConnectionsPerUser'
  | 'maxSymbolsPerUser'
>;

export interface Refusal {
  reason: CloseReason;
  /** Instead of the reason's own text. */
  message?: string;
}

/** Says who must go because of a limit; the ledger has the counts. IPv6 addresses count by their /64. */
export class Admission {
  readonly #ledger: ConnectionLedger<object>;
  #limits: AdmissionLimits;
  #rate: ConnectionRate;
  #ratePerIp: ConnectionRate;

  constructor(ledger: ConnectionLedger<object>, limits: AdmissionLimits) {
    this.#ledger = ledger;
    this.#limits = limits;
    this.#rate = new ConnectionRate(limits.connectionRateLimit);
    this.#ratePerIp = new ConnectionRate(limits.connectionRateLimitPerIp);
  }

  /** Other limits for what comes from now on; who is in stays. */
  applyLimits(limits: AdmissionLimits): void {
    const { connectionRateLimit, connectionRateLimitPerIp } = this.#limits;
    this.#limits = limits;
    if (limits.connectionRateLimit !== connectionRateLimit) {
      this.#rate = new ConnectionRate(limits.connectionRateLimit);
    }
    if (limits.connectionRateLimitPerIp !== connectionRateLimitPerIp) {
      this.#ratePerIp = new ConnectionRate(limits.connectionRateLimitPerIp);
    }
  }

  /** @param entry a new connection, counted already */
  onOpened(entry: LedgerEntry, nowMs: number): Refusal | undefined {
    // The address first: one that connects too often must not use up what all have together.
    if (!this.#ratePerIp.take(entry.addressKey, nowMs)) return { reason: 'connection_rate' };
    if (!this.#rate.take('', nowMs)) return { reason: 'connection_rate' };
    const isOver = exceeds(this.#ledger.countOfAddress(entry.addressKey), this.#limits.maxConnectionsPerIp);
    return isOver ? { reason: 'connection_limit' } : undefined;
  }

  /** @param user who has just authenticated, and counts already */
  onAuthenticated(user: User): Refusal | undefined {
    const limit = user.maxConnections ?? this.#limits.maxConnectionsPerUser;
    return exceeds(this.#ledger.countOfUser(user.name), limit) ? { reason: 'user_limit' } : undefined;
  }

  /**
   * @param symbols filters; none means all
   * @param feedSymbols what the server has
   */
  onSubscribing(user: User, symbols: readonly string[], feedSymbols: readonly string[]): Refusal | undefined {
    const limit = user.maxSymbols ?? this.#limits.maxSymbolsPerUser;
    if (limit === 0) return undefined;
    const count = countSymbols(symbols, feedSymbols);
    if (count <= limit) return undefined;
    return { reason: 'user_limit', message: `this subscription is for ${count} symbols; this user may have ${limit}` };
  }
}

function exceeds(count: number, limit: number): boolean {
  return limit > 0 && count > limit;
}
