const FIRST_RESTART_MS = 100;
const MAX_RESTART_MS = 10_000;
/** A worker that lived this long has its slot's ends counted anew. */
const SETTLED_MS = 60_000;
/** Ends in a row, none after a settled life, that make a crash loop. */
const LOOP_ENDS = 3;

interface Slot {
  /** When its worker was started; undefined = none runs. */
  startedMs: number | undefined;
  /** Unexpected ends since a worker last settled. */
  ends: number;
}

/** What follows from an unexpected end. */
export interface RestartDecision {
  afterMs: number;
  /** Unexpected ends in a row, this one included. */
  ends: number;
  /** With this end the slot has got into a crash loop. */
  beginsLoop: boolean;
}

/** Decides when a worker that ended is started again: with a back-off that doubles; and what a crash loop is. */
export class RestartPolicy {
  readonly #slots: Slot[];

  /** @param count workers of the server */
  constructor(count: number) {
    this.#slots = Array.from({ length: count }, () => ({ startedMs: undefined, ends: 0 }));
  }

  /** Slots that are in a crash loop. */
  get looping(): number {
    return this.#slots.filter(({ ends }) => ends >= LOOP_ENDS).length;
  }

  /** @param nowMs monotonic */
  started(index: number, nowMs: number): void {
    this.#slots[index]!.startedMs = nowMs;
  }

  /** A worker ended without having been told to. */
  ended(index: number, nowMs: number): RestartDecision {
    const slot = this.#slots[index]!;
    this.#settle(slot, nowMs);
    const afterMs = Math.min(MAX_RESTART_MS, FIRST_RESTART_MS * 2 ** slot.ends);
    slot.ends++;
    slot.startedMs = undefined;
    return { afterMs, ends: slot.ends, beginsLoop: slot.ends === LOOP_ENDS };
  }

  /** Forgets the ends before a worker that has settled. @returns slots whose crash loop is over with that */
  settle(nowMs: number): number[] {
    const recovered: number[] = [];
    for (const [index, slot] of this.#slots.entries()) if (this.#settle(slot, nowMs)) recovered.push(index);
    return recovered;
  }

  #settle(slot: Slot, nowMs: number): boolean {
    if (slot.startedMs === undefined || nowMs - slot.startedMs < SETTLED_MS) return false;
    const wasLooping = slot.ends >= LOOP_ENDS;
    slot.ends = 0;
    return wasLooping;
  }
}
