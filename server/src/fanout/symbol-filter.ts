/**
 * The symbols that a subscription asks for, in a normal form: equal sets of symbols have equal keys, so their
 * subscribers share every encoded frame.
 */
export class SymbolFilter {
  /** Normal form: `*`, or what is asked for in order, comma-separated. */
  readonly key: string;
  readonly isAll: boolean;
  readonly #exact: ReadonlySet<string>;
  readonly #prefixes: readonly string[];

  /** @param symbols valid filters: symbols, `*`, `PREFIX*`; none means all */
  constructor(symbols: readonly string[]) {
    const distinct = [...new Set(symbols)];
    this.isAll = distinct.length === 0 || distinct.includes('*');
    const prefixes = distinct.filter((symbol) => symbol.endsWith('*')).map((symbol) => symbol.slice(0, -1));
    // A prefix covers the symbols and longer prefixes that begin with it.
    this.#prefixes = prefixes.filter(
      (prefix) => !prefixes.some((other) => other !== prefix && prefix.startsWith(other)),
    );
    const exact = distinct.filter((symbol) => !symbol.endsWith('*') && !this.#matchesPrefix(symbol));
    this.#exact = new Set(exact);
    this.key = this.isAll ? '*' : [...exact, ...this.#prefixes.map((prefix) => `${prefix}*`)].sort().join(',');
  }

  /** All symbols that can match; undefined when patterns are among what is asked for. */
  get exact(): ReadonlySet<string> | undefined {
    return this.isAll || this.#prefixes.length > 0 ? undefined : this.#exact;
  }

  matches(symbol: string): boolean {
    return this.isAll || this.#exact.has(symbol) || this.#matchesPrefix(symbol);
  }

  #matchesPrefix(symbol: string): boolean {
    return this.#prefixes.some((prefix) => symbol.startsWith(prefix));
  }
}
