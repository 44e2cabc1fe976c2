import { SymbolFilter } from '../fanout/symbol-filter.ts';

/**
 * Counts what a subscription is for: every symbol of the feed that it matches, and those that it names although
 * the feed does not have them.
 * @param symbols filters: symbols, `*`, `PREFIX*`; none means all
 */
export function countSymbols(symbols: readonly string[], feedSymbols: readonly string[]): number {
  const filter = new SymbolFilter(symbols);
  const counted = new Set(symbols.filter((symbol) => !symbol.endsWith('*')));
  for (const symbol of feedSymbols) if (filter.matches(symbol)) counted.add(symbol);
  return counted.size;
}
