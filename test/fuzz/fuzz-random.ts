/**
 * Random numbers that follow from a seed and an index (mulberry32), so that any single input of a run can be made
 * again without the ones before it.
 */
export class FuzzRandom {
  #state: number;

  constructor(seed: number, index: number) {
    // Odd multipliers spread neighbouring indices over the whole state (Knuth's multiplicative hash).
    this.#state = (Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) | 0;
  }

  /** An integer in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.#next() * bound);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
}
