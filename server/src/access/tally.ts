/** How many there are of each key. */
export class Tally {
  readonly #counts: Map<string, { readonly key: string; count: number }> = new Map();

  /** @returns how many there are with this one */
  add(key: string): number {
    const entry = this.#counts.get(key);
    if (entry) return ++entry.count;
    this.#counts.set(key, { key, count: 1 });
    return 1;
  }

  /** To be called once for each {@link add}. */
  remove(key: string): void {
    const entry = this.#counts.get(key);
    if (entry && --entry.count === 0) this.#counts.delete(key);
  }

  of(key: string): number {
    return this.#counts.get(key)?.count ?? 0;
  }

  /** The text of the first one that was added with an equal one: the others' need not be kept. */
  keyOf(key: string): string {
    return this.#counts.get(key)?.key ?? key;
  }
}
