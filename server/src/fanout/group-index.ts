import type { StreamMode } from '../feeds/feed.ts';
import { Group } from './group.ts';
import type { SymbolFilter } from './symbol-filter.ts';

/**
 * The groups of one mode. A tick finds its groups by its symbol and a group of exact symbols finds its symbols
 * by name, so a flush, a new group and its end cost in proportion to what matches.
 */
export class GroupIndex {
  readonly #mode: StreamMode;
  readonly #byId: Map<number, Group> = new Map();
  readonly #byKey: Map<string, Group> = new Map();
  readonly #bySymbol: Map<string, Set<Group>> = new Map();
  #lastNumber = 0;

  constructor(mode: StreamMode) {
    this.#mode = mode;
  }

  get size(): number {
    return this.#byId.size;
  }

  all(): Iterable<Group> {
    return this.#byId.values();
  }

  byId(id: number): Group | undefined {
    return this.#byId.get(id);
  }

  /** The group of a filter, if it has members. */
  byFilter(filter: SymbolFilter): Group | undefined {
    return this.#byKey.get(filter.key);
  }

  create(filter: SymbolFilter): Group {
    // Two modes never give the same id: one has the odd numbers, the other the even ones.
    const group = new Group(2 * ++this.#lastNumber + (this.#mode % 2), this.#mode, filter);
    this.#byId.set(group.id, group);
    this.#byKey.set(filter.key, group);
    for (const symbol of filter.exact ?? this.#bySymbol.keys()) {
      const groups = this.#bySymbol.get(symbol);
      if (groups && filter.matches(symbol)) link(group, symbol, groups);
    }
    return group;
  }

  remove(group: Group): void {
    this.#byId.delete(group.id);
    this.#byKey.delete(group.filter.key);
    for (const symbol of group.symbols) this.#bySymbol.get(symbol)?.delete(group);
  }

  /** The groups that a symbol's ticks go to. */
  matching(symbol: string): ReadonlySet<Group> {
    const known = this.#bySymbol.get(symbol);
    if (known) return known;
    const groups = new Set<Group>();
    this.#bySymbol.set(symbol, groups);
    for (const group of this.#byId.values()) if (group.filter.matches(symbol)) link(group, symbol, groups);
    return groups;
  }
}

function link(group: Group, symbol: string, groups: Set<Group>): void {
  groups.add(group);
  group.symbols.add(symbol);
}
