import type { StreamMode } from '../feeds/feed.ts';
import { Group } from './group.ts';
import { SymbolFilter } from './symbol-filter.ts';

/**
 * The groups of one mode. A tick finds its groups by its symbol, so a flush costs in proportion to what
 * matches and not to ticks x groups.
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

  /**
   * The group of a filter, made when there is none.
   * @param previousSequence position of the last tick that a new filter matches
   */
  obtain(symbols: readonly string[], previousSequence: (filter: SymbolFilter) => number): Group {
    const filter = new SymbolFilter(symbols);
    const known = this.#byKey.get(filter.key);
    if (known) return known;
    // Two modes never give the same id: one has the odd numbers, the other the even ones.
    const group = new Group(2 * ++this.#lastNumber + (this.#mode % 2), this.#mode, filter, previousSequence(filter));
    this.#byId.set(group.id, group);
    this.#byKey.set(filter.key, group);
    for (const [symbol, groups] of this.#bySymbol) if (filter.matches(symbol)) groups.add(group);
    return group;
  }

  remove(group: Group): void {
    this.#byId.delete(group.id);
    this.#byKey.delete(group.filter.key);
    for (const groups of this.#bySymbol.values()) groups.delete(group);
  }

  /** The groups that a symbol's ticks go to. */
  matching(symbol: string): ReadonlySet<Group> {
    let groups = this.#bySymbol.get(symbol);
    if (!groups) {
      groups = new Set([...this.#byId.values()].filter((group) => group.filter.matches(symbol)));
      this.#bySymbol.set(symbol, groups);
    }
    return groups;
  }
}
