import { rateLimitKey } from '../access/peer-address.ts';
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
  readonly #byAddress: Map<string, number> = new Map();
  readonly #byUser: Map<string, number> = new Map();

  open(owner: Owner, slot: number, id: number, address: string): LedgerEntry {
    const entry: LedgerEntry = { slot, id, addressKey: rateLimitKey(address), user: undefined, onGone: undefined };
    const entries = this.#entries.get(owner);
    if (entries) entries.set(id, entry);
    else this.#entries.set(owner, new Map([[id, entry]]));
    change(this.#byAddress, entry.addressKey, 1);
    return entry;
  }

  find(owner: Owner, id: number): LedgerEntry | undefined {
    return this.#entries.get(owner)?.get(id);
  }

  setUser(entry: LedgerEntry, user: User): void {
    entry.user = user;
    change(this.#byUser, user.name, 1);
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
    return this.#byAddress.get(addressKey) ?? 0;
  }

  countOfUser(name: string): number {
    return this.#byUser.get(name) ?? 0;
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
    change(this.#byAddress, entry.addressKey, -1);
    if (entry.user) change(this.#byUser, entry.user.name, -1);
    entry.onGone?.();
  }
}

function change(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

function hasUser(entry: LedgerEntry): entry is LedgerEntry & { user: User } {
  return entry.user !== undefined;
}
