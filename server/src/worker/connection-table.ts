/** What the table needs of a connection. */
export interface TableEntry {
  readonly id: number;
  onDeadline(): void;
  onSilence(): void;
}

const FIRST_CAPACITY = 1_024;
const ID_RANGE = 2 ** 32;

/**
 * The connections of a worker by slot, and beside them the two times that one timer checks for all: no timer
 * and no closure per connection. Times are in ms of the monotonic clock; Infinity = not checked.
 */
export class ConnectionTable<Entry extends TableEntry> {
  /** When the session's deadline is over, or the closing connection is to be destroyed. */
  deadlines: Float64Array = new Float64Array(FIRST_CAPACITY).fill(Infinity);
  /** When the last frame came. */
  lastSeen: Float64Array = new Float64Array(FIRST_CAPACITY).fill(Infinity);
  readonly #connections: (Entry | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  #size = 0;
  #nextId: number;

  /** @param firstId what the first {@link takeId} gives */
  constructor(firstId = 0) {
    this.#nextId = firstId;
  }

  get size(): number {
    return this.#size;
  }

  /** Takes a slot; the caller puts its connection in with {@link set}. */
  takeSlot(): number {
    const slot = this.#freeSlots.pop() ?? this.#connections.push(undefined) - 1;
    if (slot >= this.deadlines.length) {
      this.deadlines = grown(this.deadlines);
      this.lastSeen = grown(this.lastSeen);
    }
    this.deadlines[slot] = Infinity;
    this.lastSeen[slot] = Infinity;
    this.#size++;
    return slot;
  }

  /**
   * An id that fits into 32 bits. It comes again after 2^32 others, which takes a worker more than a day at
   * any rate that it can accept at; an id is looked up only together with its slot, and only for as long as a
   * message is under way.
   */
  takeId(): number {
    const id = this.#nextId;
    this.#nextId = (id + 1) % ID_RANGE;
    return id;
  }

  set(slot: number, connection: Entry): void {
    this.#connections[slot] = connection;
  }

  /** The connection in a slot, if it is still the one with this id. */
  get(slot: number, id: number): Entry | undefined {
    const connection = this.#connections[slot];
    return connection?.id === id ? connection : undefined;
  }

  release(slot: number): void {
    this.#connections[slot] = undefined;
    this.deadlines[slot] = Infinity;
    this.lastSeen[slot] = Infinity;
    this.#freeSlots.push(slot);
    this.#size--;
  }

  all(): Entry[] {
    return this.#connections.filter((connection) => connection !== undefined);
  }

  /**
   * Tells connections whose deadline is over or that were silent for too long.
   * @param nowMs monotonic
   */
  scan(nowMs: number, heartbeatTimeoutMs: number): void {
    const { deadlines, lastSeen } = this;
    const oldestSeen = nowMs - heartbeatTimeoutMs;
    for (let slot = 0; slot < this.#connections.length; slot++) {
      if (deadlines[slot]! <= nowMs) this.#connections[slot]?.onDeadline();
      else if (lastSeen[slot]! < oldestSeen) this.#connections[slot]?.onSilence();
    }
  }
}

function grown(times: Float64Array): Float64Array {
  const larger = new Float64Array(2 * times.length).fill(Infinity);
  larger.set(times);
  return larger;
}
