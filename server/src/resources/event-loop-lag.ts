import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 20;

/** Measures how late this process's timers are. */
export class EventLoopLag {
  readonly #delays: ReturnType<typeof monitorEventLoopDelay> = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor() {
    this.#delays.enable();
  }

  /** @returns the largest lag since the last call, in ms */
  takeMax(): number {
    // The histogram has the whole time between two timers, the interval included.
    const lagMs = this.#delays.max / 1e6 - RESOLUTION_MS;
    this.#delays.reset();
    return Math.max(0, lagMs);
  }
}
