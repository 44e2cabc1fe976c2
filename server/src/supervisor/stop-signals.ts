/** Signals this soon after the first one are the same request, delivered more than once. */
const SAME_REQUEST_MS = 1_000;

/** What a stop signal asks for. */
export type StopRequest = 'drain' | 'nothing' | 'end';

/**
 * Tells an impatient second signal from a repeat of the first: a wrapper that signals both its child and the
 * group, or a terminal beside npm, delivers one request several times within milliseconds.
 */
export class StopSignals {
  #firstMs: number | undefined;

  /**
   * @param nowMs monotonic
   * @returns `drain` for the first signal, `nothing` for its repeats, `end` (at once) for later ones
   */
  receive(nowMs: number): StopRequest {
    if (this.#firstMs === undefined) {
      this.#firstMs = nowMs;
      return 'drain';
    }
    return nowMs - this.#firstMs < SAME_REQUEST_MS ? 'nothing' : 'end';
  }
}
