/** What the queue needs of a connection. */
export interface Restful {
  /** Gives its stream up if nothing goes through it. @returns whether it has */
  rest(): boolean;
}

/** Connections that keep up, in the order in which they are to give up their streams. */
export class RestQueue {
  readonly #waitMs: number;
  /** When each is due, in this order. */
  readonly #due: Map<Restful, number> = new Map();

  /** @param waitMs how long they keep up before that */
  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  get isEmpty(): boolean {
    return this.#due.size === 0;
  }

  /** A connection keeps up from now on. @param nowMs monotonic */
  add(connection: Restful, nowMs: number): void {
    // Taken out first: its new place is the last one.
    this.#due.delete(connection);
    this.#due.set(connection, nowMs + this.#waitMs);
  }

  /** A connection ends: nothing is to keep it. */
  delete(connection: Restful): void {
    this.#due.delete(connection);
  }

  /** Lets those rest that are due, at most so many. @returns how many were */
  step(nowMs: number, most: number): number {
    let count = 0;
    for (const [connection, dueMs] of this.#due) {
      if (dueMs > nowMs || count === most) break;
      count++;
      this.#due.delete(connection);
      connection.rest();
    }
    return count;
  }
}
