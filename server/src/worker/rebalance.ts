import type { Drainable } from './drain.ts';

/** A client that was told to move and did not is closed after this. */
const MOVE_MS = 10_000;
/** Within this a client picks its moment: the rate spreads the moves already. */
const RECONNECT_WITHIN_MS = 1_000;

/** Asks some of the clients that understand GOAWAY to connect elsewhere, at a bounded rate. */
export class Rebalance {
  readonly #candidates: Drainable[];
  readonly #perSecond: number;
  readonly #startedMs: number;
  readonly #told: { connection: Drainable; deadlineMs: number }[] = [];
  readonly #wanted: number;
  #asked = 0;

  /**
   * @param connections all that are open; those that cannot be told stay
   * @param wanted how many are to go
   * @param nowMs monotonic
   */
  constructor(connections: readonly Drainable[], wanted: number, perSecond: number, nowMs: number) {
    this.#candidates = connections.filter(({ isClosing, session }) => !isClosing && !session.isLeaving);
    this.#wanted = wanted;
    this.#perSecond = perSecond;
    this.#startedMs = nowMs;
  }

  /**
   * Tells those whose turn has come, and closes those whose time is over.
   * @param nowMs monotonic
   * @param unixNowMs the same moment as unix time
   * @returns false when it is done
   */
  step(nowMs: number, unixNowMs: number): boolean {
    const due = Math.min(this.#wanted, Math.floor(((nowMs - this.#startedMs) / 1_000) * this.#perSecond) + 1);
    while (this.#asked < due) {
      const connection = this.#candidates.pop();
      if (!connection) break;
      if (connection.isClosing || connection.session.isLeaving) continue;
      const deadlineMs = unixNowMs + MOVE_MS;
      connection.raise({ kind: 'drain', reason: 'rebalance', reconnectWithinMs: RECONNECT_WITHIN_MS, deadlineMs });
      if (!connection.session.isLeaving) continue;
      this.#asked++;
      this.#told.push({ connection, deadlineMs: nowMs + MOVE_MS });
    }
    while (this.#told.length > 0 && this.#told[0]!.deadlineMs <= nowMs)
      this.#told.shift()?.connection.close('rebalanced');
    const isAllTold = this.#asked >= this.#wanted || this.#candidates.length === 0;
    return !(isAllTold && this.#told.length === 0);
  }
}
