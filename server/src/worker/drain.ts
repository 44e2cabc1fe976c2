import type { DrainReason } from '../link/drain-reason.ts';
import type { CloseReason } from '../session/close-reason.ts';
import type { SessionEvent } from '../session/session-event.ts';

/** The last part of the window is left for flushing the last closes. */
const FLUSH_MS = 2_000;
/** Part of the time until then within which clients that understand GOAWAY are to leave. */
const MOVING = 0.8;

/** What a drain needs of a connection. */
export interface Drainable {
  readonly isClosing: boolean;
  readonly session: { readonly isLeaving: boolean };
  raise(event: SessionEvent): void;
  close(reason: CloseReason): void;
}

/**
 * Closes connections spread over a window, so that their clients do not all connect elsewhere at once. Clients that
 * understand GOAWAY move by themselves, spread by their own choice, and are closed at the end if they have not. The others
 * lose something when they are closed, and are last: as late as they can be when no more may connect elsewhere a second
 * than if all understood it.
 */
export class Drain {
  readonly #movers: Drainable[] = [];
  readonly #others: Drainable[] = [];
  readonly #total: number;
  readonly #totalOthers: number;
  readonly #startedMs: number;
  readonly #windowMs: number;
  readonly #closingMs: number;

  /**
   * @param connections all that are open
   * @param reason what clients that understand GOAWAY are told
   * @param windowMs the whole window
   * @param nowMs monotonic
   * @param unixNowMs the same moment as unix time
   */
  constructor(
    connections: readonly Drainable[],
    reason: DrainReason,
    windowMs: number,
    nowMs: number,
    unixNowMs: number,
  ) {
    this.#startedMs = nowMs;
    this.#windowMs = windowMs;
    this.#closingMs = Math.max(0, windowMs - FLUSH_MS);
    const deadlineMs = unixNowMs + this.#closingMs;
    const reconnectWithinMs = Math.floor(this.#closingMs * MOVING);
    for (const connection of connections) {
      if (connection.isClosing) continue;
      connection.raise({ kind: 'drain', reason, reconnectWithinMs, deadlineMs });
      (connection.session.isLeaving ? this.#movers : this.#others).push(connection);
    }
    this.#totalOthers = this.#others.length;
    this.#total = this.#movers.length + this.#totalOthers;
  }

  /** What is left of the window. */
  remainingMs(nowMs: number): number {
    return Math.max(0, this.#startedMs + this.#windowMs - nowMs);
  }

  /** Closes those whose turn has come. */
  step(nowMs: number): void {
    const elapsedMs = nowMs - this.#startedMs;
    const share = this.#closingMs === 0 ? 1 : Math.min(1, elapsedMs / this.#closingMs);
    const left = Math.ceil(this.#othersLeftAt(share));
    while (this.#others.length > left) this.#others.pop()?.close('server_draining');
    if (share === 1) for (const connection of this.#movers.splice(0)) connection.close('server_draining');
  }

  /**
   * How many of the others may be left at this part of the window. After the moves the whole rate is theirs, which is
   * enough for a quarter of all; before that what movers leave of it.
   */
  #othersLeftAt(share: number): number {
    if (share >= MOVING) return (this.#total * (1 - share)) / MOVING;
    return (this.#total * (1 - MOVING) + this.#totalOthers * (MOVING - share)) / MOVING;
  }
}
