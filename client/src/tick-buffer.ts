import type { Tick } from './tick.ts';

/**
 * Ticks between the socket and the consumer, first in, first out. A ring of fixed capacity:
 *
 *   | . . t t t t t . . |
 *         ^head     ^head + size
 *
 * It never grows. What happens when it is full is the caller's decision.
 */
export class TickBuffer {
  readonly capacity: number;
  readonly #slots: (Tick | undefined)[];
  #head = 0;
  #size = 0;

  /** @param capacity in ticks, at least 1 */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.#slots = Array.from({ length: capacity });
  }

  get size(): number {
    return this.#size;
  }

  get free(): number {
    return this.capacity - this.#size;
  }

  /** @throws RangeError when full */
  push(tick: Tick): void {
    if (this.#size === this.capacity) throw new RangeError(`the tick buffer is full (${this.capacity} ticks)`);
    this.#slots[(this.#head + this.#size) % this.capacity] = tick;
    this.#size += 1;
  }

  /** Removes and returns the oldest tick. */
  shift(): Tick | undefined {
    if (this.#size === 0) return undefined;
    const tick = this.#slots[this.#head];
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) % this.capacity;
    this.#size -= 1;
    return tick;
  }

  clear(): void {
    this.#slots.fill(undefined);
    this.#head = 0;
    this.#size = 0;
  }
}
