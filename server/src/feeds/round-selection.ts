import type { Selection } from './feed.ts';

/**
 * Some of the ticks of a stream in which every round has one tick of each symbol, in the same order: their
 * positions follow by arithmetic, so the ticks between them cost nothing.
 */
export class RoundSelection implements Selection {
  readonly #roundLength: number;
  readonly #indices: readonly number[];

  /** @param indices places in the round that match, from 0, in order */
  constructor(roundLength: number, indices: readonly number[]) {
    this.#roundLength = roundLength;
    this.#indices = indices;
  }

  positions(from: number, to: number, max: number): number[] {
    const positions: number[] = [];
    if (this.#indices.length === 0) return positions;
    const first = this.#countUpTo(from - 1);
    for (let count = first; positions.length < max; count++) {
      const position = this.#positionOf(count);
      if (position > to) break;
      positions.push(position);
    }
    return positions;
  }

  lastUpTo(sequence: number): number {
    const count = this.#indices.length === 0 ? 0 : this.#countUpTo(sequence);
    return count === 0 ? 0 : this.#positionOf(count - 1);
  }

  /** Number of matching positions that are at most `sequence`. */
  #countUpTo(sequence: number): number {
    const within = sequence % this.#roundLength;
    const rounds = (sequence - within) / this.#roundLength;
    return rounds * this.#indices.length + lowerBound(this.#indices, within);
  }

  /** Position of the matching tick that has `count` others before it. */
  #positionOf(count: number): number {
    const place = count % this.#indices.length;
    const round = (count - place) / this.#indices.length;
    return round * this.#roundLength + this.#indices[place]! + 1;
  }
}

/** Number of elements of an ascending list that are below a value. */
function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
