/** After this time in which nothing but the queue was worked on, others have their turn. */
const SLICE_MS = 10;
/** The work may take this many times as long as what others have, when they can use more. */
const WORK_FACTOR = 3;

export interface PacedQueueOptions<Item> {
  /** Ms. */
  monotonicNow: () => number;
  /** How many events of sockets this process has been told of so far. */
  eventCount: () => number;
  work: (item: Item) => void;
  /** What is kept of an item that must wait: its memory may be used again as soon as {@link PacedQueue.push} returns. */
  keep: (item: Item) => Item;
  /** A slice is over. */
  onSlice: (busyMs: number) => void;
}

/**
 * Work in order, in slices. While there is more of it than time, all else that the process does (accepts, logins, what
 * clients send, timers) has its turns after each slice: as many as it needs, up to a quarter of the time. When nobody
 * wants them, a turn of the event loop is all that it costs.
 */
export class PacedQueue<Item> {
  readonly #options: PacedQueueOptions<Item>;
  #items: Item[] = [];
  /** Place of the first one that is not done. */
  #next = 0;
  /** What the work took that the others have not had their share of. */
  #spentMs = 0;
  #stoppedMs = -Infinity;
  #isResting = false;

  constructor(options: PacedQueueOptions<Item>) {
    this.#options = options;
  }

  /** Works on the items at once if it may. */
  push(items: readonly Item[]): void {
    this.#items.push(...items);
    if (!this.#isResting && items.length > 0) this.#work();
    for (let place = Math.max(0, this.#items.length - items.length); place < this.#items.length; place++) {
      this.#items[place] = this.#options.keep(this.#items[place]!);
    }
  }

  #work(): void {
    const { monotonicNow, work, onSlice } = this.#options;
    const startedMs = monotonicNow();
    // The time since the last slice was the others'.
    this.#spentMs = Math.max(0, this.#spentMs - WORK_FACTOR * (startedMs - this.#stoppedMs));
    const endMs = startedMs + SLICE_MS - this.#spentMs;
    while (this.#next < this.#items.length) {
      work(this.#items[this.#next++]!);
      if (monotonicNow() >= endMs) break;
    }
    this.#forgetDone();
    this.#stoppedMs = monotonicNow();
    const busyMs = this.#stoppedMs - startedMs;
    this.#spentMs += busyMs;
    onSlice(busyMs);
    if (this.#stoppedMs >= endMs) this.#rest();
  }

  #forgetDone(): void {
    this.#items = this.#next === this.#items.length ? [] : this.#items.slice(this.#next);
    this.#next = 0;
  }

  #rest(): void {
    this.#isResting = true;
    // The turn of the event loop that is under way is no whole one.
    setImmediate(() => this.#restForTurn());
  }

  #restForTurn(): void {
    const { eventCount, monotonicNow } = this.#options;
    const before = eventCount();
    setImmediate(() => {
      const isIdle = eventCount() === before;
      if (!isIdle && WORK_FACTOR * (monotonicNow() - this.#stoppedMs) < this.#spentMs) {
        this.#restForTurn();
        return;
      }
      this.#spentMs = 0;
      this.#isResting = false;
      if (this.#items.length > 0) this.#work();
    });
  }
}
