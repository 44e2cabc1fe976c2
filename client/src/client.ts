import { EventEmitter } from 'node:events';
import { ConnectionKeeper } from './connection-keeper.ts';
import { TickStormError } from './errors.ts';
import type { ClientEvents, ClientState, ServerInfo } from './events.ts';
import { Intake } from './intake.ts';
import type { ClientSettings } from './options.ts';
import { resolveSubscribeOptions, type SubscribeOptions } from './subscribe-options.ts';
import type { Subscription } from './subscription.ts';
import type { Transport } from './transport.ts';

interface Waiter {
  resolve(server: ServerInfo): void;
  reject(error: unknown): void;
}

/**
 * A client of one Tick-Storm service, over any number of connections in turn. Made by `connect`.
 *
 * After a lost connection it reconnects and goes on behind the last tick that it has; when a server asks it to leave
 * it connects elsewhere first. Ticks that come twice are left out. What cannot be had any more is told by a `gap`
 * event, never left out silently.
 */
export class TickStormClient extends EventEmitter<ClientEvents> {
  readonly #settings: ClientSettings;
  readonly #keeper: ConnectionKeeper;
  readonly #waiters: Waiter[] = [];
  #state: ClientState = 'connecting';
  #intake: Intake | undefined;
  #failure: unknown;
  #closing: Promise<void> | undefined;

  /** @param random numbers in [0, 1) for jitter and the first address */
  constructor(settings: ClientSettings, transport: Transport, random: () => number) {
    super();
    this.#settings = settings;
    this.#keeper = new ConnectionKeeper(settings, transport, random, {
      intake: () => this.#intake,
      onState: (state, address, more) => this.#enter(state, address, more),
      onServer: (server) => {
        for (const waiter of this.#waiters.splice(0)) waiter.resolve(server);
      },
      onGoAway: (notice) => this.#tell('goaway', notice),
      onError: (error) => this.#tell('error', error),
      onGiveUp: (error) => void this.#shutDown(error),
    });
    this.#keeper.start();
  }

  get state(): ClientState {
    return this.#state;
  }

  /** The server of the current connection; undefined while there is none. */
  get server(): ServerInfo | undefined {
    return this.#keeper.server;
  }

  /** Resolves once the client is authenticated; rejects with the error that ends the client before. */
  ready(): Promise<ServerInfo> {
    const { server } = this;
    if (server) return Promise.resolve(server);
    if (this.#closing) return Promise.reject(this.#failure ?? closedError());
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  /**
   * Subscribes, now or as soon as there is a connection. A client has one subscription, as the protocol does;
   * make another client for another.
   * @throws RangeError on what the protocol does not have
   * @throws Error when the client is closed or has a subscription already
   */
  subscribe(options: SubscribeOptions = {}): Subscription {
    const settings = resolveSubscribeOptions(options, Date.now());
    if (this.#closing) throw closedError();
    if (this.#intake) {
      throw new Error('this client has a subscription already; connect another client for another one');
    }
    const { bufferTicks, whenFull } = this.#settings;
    this.#intake = new Intake({
      settings,
      bufferTicks,
      whenFull,
      onGap: (gap) => this.#tell('gap', gap),
      onBatch: (batch) => this.#tell('batch', batch),
      onRoom: () => this.#keeper.resume(),
      onLeft: () => this.close(),
    });
    this.#keeper.subscribe();
    return this.#intake.subscription;
  }

  /** Ends the iteration (ticks still buffered are discarded) and the connection; resolves when it is closed. */
  close(): Promise<void> {
    this.#intake?.subscription.end();
    return this.#shutDown(undefined);
  }

  /** Ends the client as `close` does, except that the iteration throws `reason`. */
  abort(reason: unknown): Promise<void> {
    this.#intake?.discard();
    return this.#shutDown(reason);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #shutDown(failure: unknown): Promise<void> {
    if (this.#closing) return this.#closing;
    this.#failure = failure;
    this.#closing = this.#keeper.close();
    if (failure === undefined) this.#intake?.subscription.end();
    else this.#intake?.subscription.fail(failure);
    for (const waiter of this.#waiters.splice(0)) waiter.reject(failure ?? closedError());
    this.#enter('closed', undefined, failure instanceof TickStormError ? { error: failure } : {});
    return this.#closing;
  }

  #enter(
    state: ClientState,
    address: string | undefined,
    { delayMs, error }: { delayMs?: number; error?: TickStormError } = {},
  ): void {
    const previous = this.#state;
    this.#state = state;
    this.#tell('state', { state, previous, address, delayMs, error });
  }

  #tell<K extends keyof ClientEvents>(event: K, detail: ClientEvents[K][0]): void {
    if (this.listenerCount(event) === 0) return;
    try {
      (this as EventEmitter).emit(event, detail);
    } catch (error) {
      // A listener's fault is the program's, not the connection's: let it surface as an uncaught exception.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

function closedError(): TickStormError {
  return new TickStormError('the client is closed', { kind: 'closed', isRetryable: false });
}
