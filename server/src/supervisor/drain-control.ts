import type { Logger } from '../ops/logger.ts';
import type { DrainStatus, Readiness, ServiceState } from '../ops/service-state.ts';

/** What the last closes may take beyond the window: then the workers are killed. */
const GRACE_MS = 5_000;

/** What drains, parks and opens again. */
export interface Drainee {
  readonly connections: number;
  drain(windowMs: number): Promise<void>;
  park(windowMs: number): void;
  open(): void;
  killAll(): void;
}

/**
 * Takes the server out of service and back. SIGTERM ends it from whatever state it is in; a park keeps the process,
 * because an exit would only make the kubelet start it again.
 */
export class DrainControl {
  readonly #drainee: Drainee;
  readonly #logger: Logger;
  readonly #now: () => number;
  #phase: 'starting' | 'serving' | 'leaving' | 'stopping' = 'starting';
  #connectionsAtStart = 0;
  #startedMs = 0;
  #endsMs = 0;
  #isEmptySaid = false;
  /** Set while a park still accepts connections. */
  #closing: NodeJS.Timeout | undefined;
  #onServing: (() => void)[] = [];

  /** @param now unix ms */
  constructor(drainee: Drainee, logger: Logger, now: () => number) {
    this.#drainee = drainee;
    this.#logger = logger;
    this.#now = now;
  }

  get state(): ServiceState {
    if (this.#phase !== 'leaving') return this.#phase;
    return this.#closing !== undefined || this.#drainee.connections > 0 ? 'draining' : 'parked';
  }

  get readiness(): Readiness {
    const { state } = this;
    if (state === 'serving') return 'ready';
    return state === 'stopping' ? 'draining' : state;
  }

  get status(): DrainStatus {
    const { state } = this;
    const { connections } = this.#drainee;
    if (state === 'starting' || state === 'serving') return { state, connections };
    return {
      state,
      connections,
      connectionsAtStart: this.#connectionsAtStart,
      startedAt: new Date(this.#startedMs).toISOString(),
      endsAt: new Date(this.#endsMs).toISOString(),
    };
  }

  /** Every worker listens. */
  onReady(): void {
    if (this.#phase !== 'starting') return;
    this.#phase = 'serving';
    for (const tell of this.#onServing.splice(0)) tell();
  }

  /** A connection has ended. */
  onClosed(): void {
    if (this.#isEmptySaid || this.state !== 'parked') return;
    this.#isEmptySaid = true;
    this.#logger.info('parked');
  }

  /**
   * Turns unready, stops accepting, closes all connections spread over the window, and stays. In the delay before
   * that clients are served as ever: load balancers still send new ones until they have seen that it is unready.
   */
  park(windowMs: number, delayMs: number): void {
    if (this.#phase !== 'serving') return;
    this.#begin('leaving', delayMs + windowMs);
    this.#isEmptySaid = false;
    if (delayMs === 0) this.#close(windowMs);
    else this.#closing = setTimeout(() => this.#close(windowMs), delayMs);
  }

  /** Ends a park: accepts connections again. Resolves when every worker listens. */
  async resume(): Promise<void> {
    if (this.#phase !== 'leaving') return;
    this.#logger.info('back into service', { connections: this.#drainee.connections });
    if (this.#closing !== undefined) {
      this.#cancelClosing();
      this.#phase = 'serving';
      return;
    }
    this.#phase = 'starting';
    this.#drainee.open();
    await new Promise<void>((resolve) => this.#onServing.push(resolve));
  }

  /** Closes all connections spread over the window and ends the workers. Resolves when they are gone. */
  async stop(windowMs: number): Promise<void> {
    if (this.#phase === 'stopping') return;
    this.#cancelClosing();
    this.#begin('stopping', windowMs);
    for (const tell of this.#onServing.splice(0)) tell();
    const timer = setTimeout(() => this.#drainee.killAll(), windowMs + GRACE_MS);
    await this.#drainee.drain(windowMs);
    clearTimeout(timer);
    this.#logger.info('drained');
  }

  #close(windowMs: number): void {
    this.#closing = undefined;
    this.#drainee.park(windowMs);
    this.onClosed();
  }

  #cancelClosing(): void {
    clearTimeout(this.#closing);
    this.#closing = undefined;
  }

  #begin(phase: 'leaving' | 'stopping', windowMs: number): void {
    this.#phase = phase;
    this.#connectionsAtStart = this.#drainee.connections;
    this.#startedMs = this.#now();
    this.#endsMs = this.#startedMs + windowMs;
    const next = phase === 'leaving' ? 'park' : 'exit';
    this.#logger.info('draining', { connections: this.#connectionsAtStart, window_ms: windowMs, next });
  }
}
