/**
 * What one client got of a numbered stream, checked while it comes: each tick that its subscription matches has to
 * come once, and in order. Only what is wrong is kept.
 */
export class SequenceLedger {
  readonly #next: (after: number) => number;
  readonly #missing: Set<number> = new Set();
  #last: number | undefined;
  #ticks = 0;
  #duplicated = 0;
  #outOfOrder = 0;

  /** @param next the first position after another one that the subscription matches */
  constructor(next: (after: number) => number) {
    this.#next = next;
  }

  /** Undefined before the first tick, with which the ledger begins. */
  get last(): number | undefined {
    return this.#last;
  }

  get ticks(): number {
    return this.#ticks;
  }

  get missing(): number {
    return this.#missing.size;
  }

  get duplicated(): number {
    return this.#duplicated;
  }

  get outOfOrder(): number {
    return this.#outOfOrder;
  }

  /** @throws RangeError on a tick that the subscription does not match */
  add(sequence: number): void {
    this.#ticks += 1;
    if (this.#last === undefined) {
      this.#last = sequence;
    } else if (sequence > this.#last) {
      this.#skipTo(this.#last, sequence);
    } else if (this.#missing.delete(sequence)) {
      this.#outOfOrder += 1;
    } else {
      this.#duplicated += 1;
    }
  }

  /** Everything up to a position has come, or was passed over. */
  isUpTo(sequence: number): boolean {
    return this.#last !== undefined && this.#next(this.#last) > sequence;
  }

  /** Nothing more comes: what is lacking up to a position is missing too. */
  closeAt(sequence: number): void {
    if (this.#last === undefined || this.isUpTo(sequence)) return;
    this.#skipTo(this.#last, sequence + 1, true);
  }

  #skipTo(last: number, sequence: number, isOpen = false): void {
    let expected = this.#next(last);
    for (; expected < sequence; expected = this.#next(expected)) this.#missing.add(expected);
    if (!isOpen && expected !== sequence) throw new RangeError(`position ${sequence} is of another subscription`);
    this.#last = isOpen ? sequence - 1 : sequence;
  }
}
