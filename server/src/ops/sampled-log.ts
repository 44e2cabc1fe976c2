import type { Logger } from './logger.ts';

/** Lines of a kind that are logged in one interval, which begins with the first. */
export const SAMPLED_LINES = 5;
export const SAMPLE_INTERVAL_MS = 10_000;

interface Interval {
  level: 'info' | 'warn' | 'error';
  message: string;
  lines: number;
  suppressed: number;
}

/**
 * For lines that clients can make repeat: of each kind the first ones are logged, then none for a while, and then
 * how many similar ones there were. So a flood of bad clients cannot fill the log, and none goes unmentioned.
 */
export class SampledLog {
  readonly #logger: Logger;
  readonly #intervals: Map<string, Interval> = new Map();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** @param kind of a closed list */
  log(level: Interval['level'], kind: string, message: string, fields: Readonly<Record<string, unknown>>): void {
    let interval = this.#intervals.get(kind);
    if (!interval) {
      interval = { level, message, lines: 0, suppressed: 0 };
      this.#intervals.set(kind, interval);
      setTimeout(() => this.#end(kind), SAMPLE_INTERVAL_MS).unref();
    }
    if (interval.lines === SAMPLED_LINES) {
      interval.suppressed++;
      return;
    }
    interval.lines++;
    this.#logger[level](message, fields);
  }

  #end(kind: string): void {
    const interval = this.#intervals.get(kind);
    this.#intervals.delete(kind);
    if (!interval || interval.suppressed === 0) return;
    const { level, message, suppressed } = interval;
    this.#logger[level](`suppressed ${suppressed} similar`, { similar_to: message, kind, suppressed });
  }
}
