/**
 * Lets the first lines of a kind through in each interval and counts the rest, so that a flood of bad clients
 * cannot fill the log.
 */
export class LogSampler {
  readonly #perInterval: number;
  readonly #intervalMs: number;
  readonly #kinds: Map<string, { startedMs: number; seen: number; suppressed: number }> = new Map();

  constructor(perInterval: number, intervalMs: number) {
    this.#perInterval = perInterval;
    this.#intervalMs = intervalMs;
  }

  /**
   * @param kind one of a closed list
   * @returns undefined = do not log; else how many lines of the kind were left out since the last one
   */
  admit(kind: string, nowMs: number): number | undefined {
    let state = this.#kinds.get(kind);
    if (!state || nowMs - state.startedMs >= this.#intervalMs) {
      state = { startedMs: nowMs, seen: 0, suppressed: state?.suppressed ?? 0 };
      this.#kinds.set(kind, state);
    }
    state.seen++;
    if (state.seen > this.#perInterval) {
      state.suppressed++;
      return undefined;
    }
    const suppressed = state.suppressed;
    state.suppressed = 0;
    return suppressed;
  }
}
