import type { Logger } from '../ops/logger.ts';
import type { MonitorEvent, Thresholds } from './breach-states.ts';
import { BreachStates } from './breach-states.ts';
import type { Reading, Resource } from './reading.ts';
import type { Sample } from './resource-sampler.ts';

/** What operators search for. */
const EVENT = 'resource breach';

const names: Readonly<Record<Resource, string>> = {
  memory: 'memory usage',
  descriptors: 'file descriptor usage',
  connections: 'connection count',
  event_loop_lag: 'event loop lag',
  stream_delay: 'stream delay',
};

/** How one resource stands; of the last look. */
export interface ResourceUsage extends Reading {
  /** Of the limit. */
  ratio: number;
  isBreached: boolean;
}

export interface ResourceMonitorOptions {
  thresholds: Thresholds;
  sample: () => Sample;
  /** Makes every process give back what it does not use. */
  collectGarbage: () => void;
  /** Closes those clients that hold the most memory, until about this much is free. */
  shed: (excessBytes: number) => void;
  logger: Logger;
}

/** Looks at the resources, logs what changes, and does what the rules ask for. */
export class ResourceMonitor {
  readonly #options: ResourceMonitorOptions;
  readonly #states: BreachStates;
  #last: Sample = { readings: [], container: undefined, processBytes: 0 };

  constructor(options: ResourceMonitorOptions) {
    this.#options = options;
    this.#states = new BreachStates(options.thresholds);
  }

  /** New connections are to be refused until the breach is over. */
  get refusesConnections(): boolean {
    return this.#states.refusesConnections;
  }

  get last(): Sample {
    return this.#last;
  }

  get usages(): ResourceUsage[] {
    return this.#last.readings.map((reading) => {
      const isBreached = this.#states.isBreached(reading.resource);
      return { ...reading, ratio: reading.used / reading.limit, isBreached };
    });
  }

  /** To be called every second. */
  observe(): void {
    this.#last = this.#options.sample();
    for (const event of this.#states.observe(this.#last.readings)) this.#react(event);
  }

  #react(event: MonitorEvent): void {
    const { logger, collectGarbage, shed } = this.#options;
    switch (event.kind) {
      case 'high':
        logger.warn(`${names[event.reading.resource]} is high`, this.#fields(event));
        break;
      case 'breach': {
        const action = event.reading.resource === 'connections' ? 'none' : 'refusing new connections';
        logger.error(`${names[event.reading.resource]} breach detected`, {
          event: EVENT,
          ...this.#fields(event),
          action,
        });
        break;
      }
      case 'normal':
        logger.info(`${names[event.reading.resource]} returned to normal`, this.#fields(event));
        break;
      case 'all_clear':
        logger.info('all resource breaches cleared - accepting new connections', { event: EVENT });
        break;
      case 'collect_garbage':
        collectGarbage();
        break;
      case 'shed':
        logger.warn('closing the slowest clients: memory is short', {
          event: EVENT,
          excess_bytes: Math.round(event.excessBytes),
        });
        shed(event.excessBytes);
        break;
    }
  }

  #fields({ reading, percent }: Extract<MonitorEvent, { reading: Reading }>): Record<string, unknown> {
    const { softPercent, hardPercent } = this.#options.thresholds;
    const { resource, used, limit } = reading;
    const sockets = resource === 'memory' ? { socket_bytes: this.#last.container?.sockets ?? 'unknown' } : {};
    return {
      resource,
      used: Math.round(used),
      limit,
      usage_percent: Math.round(percent),
      soft_percent: softPercent,
      hard_percent: hardPercent,
      ...sockets,
    };
  }
}
