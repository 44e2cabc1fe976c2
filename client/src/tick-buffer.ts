import type { Tick } from './tick.ts';

/** Room at first: a consumer that keeps up leaves no more than a batch waiting. */
const SMALLEST_SLOTS = 64;

/** Room that is kept for the next time: a batch holds 1,000 ticks at most. */
const SHRINKING_SLOTS = 1_024;

/**
 * Ticks between the socket and the consumer, first in, first out. A ring:
 *
 *   | . . t t t t t . . |
 *         ^head     ^head + size
 *
 * It grows to its capacity as ticks wait, never beyond, and is small again once none does. What happens when it is
 * full is the caller's decision.
 */
export class TickBuffer {
  readonly capacity: number;
  #slots: (Tick | undefined)[];
  #head = 0;
  #size = 0;

  /** @param capacity in ticks, at least 1 */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.#slots = this.#smallest();
  }

  get size(): number {
    return this.#size;
  }

  get free(): number {
    return this.capacity - this.#size;
  }

  /** @throws RangeError when full */
  push(tick: Tick): void {
    if (this.#size === this.#slots.length) this.#grow();
    const end = this.#head + this.#size;
    this.#slots[end < this.#slots.length ? end : end - this.#slots.length] = tick;
    this.#size += 1;
  }

  /** Removes and returns the oldest tick. */
  shift(): Tick | undefined {
    if (this.#size === 0) return undefined;
    const tick = this.#slots[this.#head];
    this.#slots[this.#head] = undefined;
    this.#head = this.#head + 1 === this.#slots.length ? 0 : this.#head + 1;
    this.#size -= 1;
    if (this.#size === 0 && this.#slots.length > SHRINKING_SLOTS) this.clear();
    return tick;
  }

  clear(): void {
    this.#slots = this.#smallest();
    this.#head = 0;
    this.#size = 0;
  }

  #smallest(): (Tick | undefined)[] {
    return Array.from({ length: Math.min(this.capacity, SMALLEST_SLOTS) });
  }

  #grow(): void {
    if (this.#size === this.capacity) throw new RangeError(`the tick buffer is full (${this.capacity} ticks)`);
    const ordered = [...this.#slots.slice(this.#head), ...this.#slots.slice(0, this.#head)];
    ordered.length = Math.min(this.capacity, 2 * ordered.length);
    // Without holes, so that the ring stays an array of one kind.
    this.#slots = ordered.fill(undefined, this.#size);
    this.#head = 0;
  }
}
