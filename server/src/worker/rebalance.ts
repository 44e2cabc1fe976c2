import type { Drainable } from './drain.ts';

/** What a rebalance needs of a connection. */
export interface Movable extends Drainable {
  /** Those that came later have higher ones. */
  readonly id: number;
}

/** A client that was told to move and did not is closed after this. */
const MOVE_MS = 10_000;
/** Within this a client picks its moment: the rate spreads the moves already. */
const RECONNECT_WITHIN_MS = 1_000;

/**
 * Asks some of the clients that understand GOAWAY to connect elsewhere, at a bounded rate. Those that have been there for
 * the longest go first: who has come back by chance is not asked over and over.
 */
export class Rebalance {
  /** Those that have been there for the longest last. */
  readonly #candidates: Movable[];
  readonly #perSecond: number;
  readonly #startedMs: number;
  readonly #phase: number;
  readonly #told: { connection: Drainable; deadlineMs: number }[] = [];
  readonly #wanted: number;
  #asked = 0;

  /**
   * @param connections all that are open; those that cannot be told stay
   * @param wanted how many are to go
   * @param nowMs monotonic
   * @param phase from 0 up to 1: when the first goes, as a part of the time that one takes at this rate, from its end.
   *   By chance, so that many workers and pods that begin at once do not all ask their first one at once.
   */
  constructor(connections: readonly Movable[], wanted: number, perSecond: number, nowMs: number, phase: number) {
    this.#candidates = connections
      .filter(({ isClosing, session }) => !isClosing && !session.isLeaving)
      .sort((a, b) => b.id - a.id);
    this.#phase = phase;
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
    const turns = ((nowMs - this.#startedMs) / 1_000) * this.#perSecond + this.#phase;
    const due = Math.min(this.#wanted, Math.floor(turns));
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
