import type { Reading, Resource } from './reading.ts';

/** Percent of a limit. */
export interface Thresholds {
  /** From here on a use is high; below it a breach is over. */
  softPercent: number;
  /** From here on a use is a breach. */
  hardPercent: number;
}

/**
 * What an observation changes or asks for, in order.
 *
 * - `high`, `breach`, `normal`: a resource has got there.
 * - `all_clear`: the last breach is over.
 * - `collect_garbage`: memory is in breach; at the first observation of it and every few ones after.
 * - `shed`: memory is at the hard threshold still, at any other one. The excess is what is used above the soft one.
 */
export type MonitorEvent =
  | { kind: 'high' | 'breach' | 'normal'; reading: Reading; percent: number }
  | { kind: 'all_clear' }
  | { kind: 'collect_garbage' }
  | { kind: 'shed'; excessBytes: number };

/** While memory is in breach garbage is collected this often, in observations: what was shed is garbage first. */
const COLLECT_EVERY = 5;

type Level = 'normal' | 'high' | 'breach';

/**
 * The rules of the resource monitor: readings in, events out. No clock and no I/O. A breach begins at the hard
 * threshold and ends below the soft one, so that a use that moves about one of them does not flap.
 */
export class BreachStates {
  readonly #thresholds: Thresholds;
  readonly #levels: Map<Resource, Level> = new Map();
  /** Observations of the breach of memory. */
  #memoryBreaches = 0;

  constructor(thresholds: Thresholds) {
    this.#thresholds = thresholds;
  }

  /**
   * Whether new connections are to be refused. Many connections alone are no reason: their number has a bound
   * of its own, at which the next one is refused, and below it there is room.
   */
  get refusesConnections(): boolean {
    return [...this.#levels].some(([resource, level]) => level === 'breach' && resource !== 'connections');
  }

  isBreached(resource: Resource): boolean {
    return this.#levels.get(resource) === 'breach';
  }

  /** @param readings of this moment; a resource that could not be read stays as it was */
  observe(readings: readonly Reading[]): MonitorEvent[] {
    const events: MonitorEvent[] = [];
    const wasBreached = this.#hasBreach;
    for (const reading of readings) events.push(...this.#observeOne(reading));
    if (wasBreached && !this.#hasBreach) events.push({ kind: 'all_clear' });
    return events;
  }

  get #hasBreach(): boolean {
    return [...this.#levels.values()].includes('breach');
  }

  #observeOne(reading: Reading): MonitorEvent[] {
    const { resource, used, limit } = reading;
    const percent = (100 * used) / limit;
    const before = this.#levels.get(resource) ?? 'normal';
    const level = this.#nextLevel(before, percent);
    this.#levels.set(resource, level);
    const events: MonitorEvent[] = level === before ? [] : [{ kind: level, reading, percent }];
    if (resource === 'memory') events.push(...this.#relieve(level, reading, percent));
    return events;
  }

  /** Nothing but memory can be freed by closing those who hold much of it. */
  #relieve(level: Level, { used, limit }: Reading, percent: number): MonitorEvent[] {
    if (level !== 'breach') {
      this.#memoryBreaches = 0;
      return [];
    }
    if (this.#memoryBreaches++ % COLLECT_EVERY === 0) return [{ kind: 'collect_garbage' }];
    const { softPercent, hardPercent } = this.#thresholds;
    return percent < hardPercent ? [] : [{ kind: 'shed', excessBytes: used - (limit * softPercent) / 100 }];
  }

  #nextLevel(before: Level, percent: number): Level {
    const { softPercent, hardPercent } = this.#thresholds;
    if (percent >= hardPercent) return 'breach';
    if (percent < softPercent) return 'normal';
    return before === 'breach' ? 'breach' : 'high';
  }
}
