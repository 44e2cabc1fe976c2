import { rateLimitKey } from '../access/peer-address.ts';
import { Tally } from '../access/tally.ts';
import type { User } from '../access/user.ts';

/** What the supervisor knows of one open connection. */
export interface LedgerEntry {
  readonly slot: number;
  readonly id: number;
  /** What its address is counted under. */
  readonly addressKey: string;
  /** Who it is; undefined = not authenticated yet. */
  user: User | undefined;
  /** To be called when it is gone while its authentication is being judged. */
  onGone: (() => void) | undefined;
}

/** The open connections of every worker, counted by address and by user. */
export class ConnectionLedger<Owner extends object> {
  readonly #entries: Map<Owner, Map<number, LedgerEntry>> = new Map();
  readonly #byAddress: Tally = new Tally();
  readonly #byUser: Tally = new Tally();

  open(owner: Owner, slot: number, id: number, address: string): LedgerEntry {
    const key = rateLimitKey(address);
    this.#byAddress.add(key);
    // Each message brings a text of its own.
    const addressKey = this.#byAddress.keyOf(key);
    const entry: LedgerEntry = { slot, id, addressKey, user: undefined, onGone: undefined };
    const entries = this.#entries.get(owner);
    if (entries) entries.set(id, entry);
    else this.#entries.set(owner, new Map([[id, entry]]));
    return entry;
  }

  find(owner: Owner, id: number): LedgerEntry | undefined {
    return this.#entries.get(owner)?.get(id);
  }

  setUser(entry: LedgerEntry, user: User): void {
    entry.user = user;
    this.#byUser.add(user.name);
  }

  /** Does nothing for a connection that is not open. */
  close(owner: Owner, id: number): void {
    const entry = this.find(owner, id);
    if (!entry) return;
    this.#entries.get(owner)!.delete(id);
    this.#forget(entry);
  }

  /** The owner is gone with all its connections. */
  closeAll(owner: Owner): void {
    for (const entry of this.#entries.get(owner)?.values() ?? []) this.#forget(entry);
    this.#entries.delete(owner);
  }

  countOfAddress(addressKey: string): number {
    return this.#byAddress.of(addressKey);
  }

  countOfUser(name: string): number {
    return this.#byUser.of(name);
  }

  /** All connections of users, and whose they are. */
  authenticated(): [Owner, LedgerEntry & { user: User }][] {
    const found: [Owner, LedgerEntry & { user: User }][] = [];
    for (const [owner, entries] of this.#entries) {
      for (const entry of entries.values()) if (hasUser(entry)) found.push([owner, entry]);
    }
    return found;
  }

  #forget(entry: LedgerEntry): void {
    this.#byAddress.remove(entry.addressKey);
    if (entry.user) this.#byUser.remove(entry.user.name);
    entry.onGone?.();
  }
}

function hasUser(entry: LedgerEntry): entry is LedgerEntry & { user: User } {
  return entry.user !== undefined;
}
