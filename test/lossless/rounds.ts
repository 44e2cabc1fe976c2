/**
 * The feed of the ledger: in every round each of these symbols ticks once, in this order. They are many, as in a
 * market, because what a client of few symbols costs is the frames: each holds about one tick.
 */
export const SYMBOLS: readonly string[] = Array.from(
  { length: 1_000 },
  (_, index) => `S${String(index + 1).padStart(4, '0')}`,
);

/** Pause between two ticks of a symbol: with 1,000 symbols 2,000 ticks a second. */
export const TICK_INTERVAL_MS = 500;

/**
 * Finds the positions of some symbols without knowing any tick, as docs/architecture.md defines the clock feed:
 * position = round x symbols + index + 1.
 * @param indices places in the round, from 0, in order; every place is one client's full stream
 * @returns the first matching position after another one
 */
export function nextOf(indices: readonly number[]): (after: number) => number {
  const length = SYMBOLS.length;
  if (indices.length === length) return (after) => after + 1;
  return (after) => {
    const within = after % length;
    const place = indices.find((index) => index >= within);
    return after - within + (place ?? length + indices[0]!) + 1;
  };
}

/** The symbol that a position belongs to. */
export function symbolAt(sequence: number): string {
  return SYMBOLS[(sequence - 1) % SYMBOLS.length]!;
}
