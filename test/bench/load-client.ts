import type { Contender, Load, Running } from './contenders/contender.ts';
import { CREDENTIALS } from './contenders/tick-storm.ts';
import { Child } from './child.ts';
import { placed } from './placement.ts';

/** Durations in microseconds. */
export interface Quantiles {
  count: number;
  p50: number;
  p95: number;
  p99: number;
  p999: number;
  max: number;
}

/** All connections stand and are subscribed. */
export interface ReadyEvent {
  event: 'ready';
  seconds: number;
  connected: number;
  failed: number;
  /** Connections whose TLS handshake resumed a session. */
  resumed: number;
  cpuSeconds: number;
  /** From connect to the last answer, per connection. */
  handshake: Quantiles | null;
}

export interface ResultEvent {
  event: 'result';
  seconds: number;
  deliveries: number;
  bytes: number;
  /** Deliveries to the connections that got the fewest and the most. */
  fewest: number;
  most: number;
  sampledFrames: number;
  sampledTicks: number;
  /** Breaks of the chain of positions on sampled connections. */
  gaps: number;
  /** Ticks that the server says it left out on sampled connections. */
  omitted: number;
  closed: number;
  errors: number;
  cpuSeconds: number;
  /** From the flush (or publication) to the receipt. */
  latency: Quantiles | null;
  /** The same before some ceased to read. */
  calm: Quantiles | null;
  /** From a tick's own time to its receipt. */
  feed: Quantiles | null;
}

/** What load clients are run with, and against what. */
export interface LoadTarget {
  /** The compiled load client. */
  program: string;
  /** Processors that it is kept on, as taskset(1) takes them. */
  cpus: string | undefined;
  contender: Contender;
  running: Running;
  load: Load;
}

export interface LoadOptions {
  connections: number;
  warmUpMs: number;
  measureMs: number;
  /** Connections that cease to read after the warm-up: the figures are of the others. */
  stalled?: number;
  /** How long the latency is measured before they do. */
  calmMs?: number;
  /** How long after that the measurement begins. */
  stallMs?: number;
  /** Filters, comma-separated; may hold %ld twice, which become different numbers below `symbols`. */
  symbol?: string;
  symbols?: number;
  /** Different filters that this makes; as many as connections when it is not given. */
  distinct?: number;
  /** Load clients that share the connections. */
  processes?: number;
  /** What a connection takes is what matters: the contender has had some before, and rests before it is looked at. */
  isMemoryMeasured?: boolean;
  /** Handshakes at the same time. */
  inFlight?: number;
}

type Event = ReadyEvent | ResultEvent | { event: 'measuring' };

/** The compiled load client. Its events come one after another: ready, measuring, result. */
export class LoadClient {
  readonly #child: Child;
  readonly #events: Event[] = [];
  #onEvent: (() => void) | undefined;

  /** @param sources addresses of the client over which its connections spread */
  constructor({ program, cpus, contender, running, load }: LoadTarget, options: LoadOptions, sources: number) {
    const { connections, warmUpMs, measureMs, stalled = 0, calmMs = 0, stallMs = 0, inFlight = 256 } = options;
    const { symbol = '*', symbols = 0, distinct = 0, processes = 1 } = options;
    const settings = {
      protocol: contender.protocol,
      port: running.port,
      connections,
      stalled,
      symbol,
      symbols,
      distinct,
      in_flight: inFlight,
      tls: load.tls === 'full' ? 1 : (load.tls ?? 0),
      sources,
      warm_up_ms: warmUpMs,
      calm_ms: calmMs,
      stall_ms: stallMs,
      measure_ms: measureMs,
      trace: running.trace ?? '',
      hold: 1,
      polls: cpus !== undefined && processes === 1 ? 1 : 0,
      ...CREDENTIALS,
    };
    const args = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
    this.#child = new Child(placed(cpus, [program, ...args]), { onLine: (line) => this.#onLine(line) });
    void this.#child.exited.then(() => this.#onEvent?.());
  }

  ready(): Promise<ReadyEvent> {
    return this.#next('ready');
  }

  /** Begins to receive. Resolves when the warm-up is over. */
  async measuring(): Promise<void> {
    this.#child.say('go');
    await this.#next('measuring');
  }

  result(): Promise<ResultEvent> {
    return this.#next('result');
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }

  async #next<Name extends Event['event']>(name: Name): Promise<Extract<Event, { event: Name }>> {
    for (;;) {
      const event = this.#events.shift();
      if (event && isNamed(event, name)) return event;
      if (this.#child.hasExited) throw new Error(`the load client ended before "${name}":\n${this.#child.tail}`);
      if (!event) await new Promise<void>((resolve) => (this.#onEvent = resolve));
    }
  }

  #onLine(line: string): void {
    if (!line.startsWith('{')) return;
    const event: unknown = JSON.parse(line);
    if (!isEvent(event)) return;
    this.#events.push(event);
    this.#onEvent?.();
  }
}

function isEvent(value: unknown): value is Event {
  return typeof value === 'object' && value !== null && 'event' in value;
}

function isNamed<Name extends Event['event']>(event: Event, name: Name): event is Extract<Event, { event: Name }> {
  return event.event === name;
}
