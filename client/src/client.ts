import { FieldLimits, symbolFiltersProblem } from '@tick-storm/protocol';
import type { AckResponse, DataBatch, GoAway, SubscribeRequest } from '@tick-storm/protocol';
import { EventEmitter } from 'node:events';
import { formatAddress } from './address.ts';
import { Connection } from './connection.ts';
import { TickStormError } from './errors.ts';
import type { ClientEvents, ClientState, ServerInfo } from './events.ts';
import { leaveDelayMs } from './leave-delay.ts';
import type { ClientSettings } from './options.ts';
import { ReconnectPolicy } from './reconnect-policy.ts';
import { StreamPosition } from './stream-position.ts';
import { Subscription } from './subscription.ts';
import { TickBuffer } from './tick-buffer.ts';
import type { Mode, Tick } from './tick.ts';
import type { Transport } from './transport.ts';
import { modeNumber, sequencesOf, ticksOf } from './wire-ticks.ts';

/** What to subscribe to. */
export interface SubscribeOptions {
  /** At most 100: symbols such as `AAPL`, prefixes such as `BTC*`, or `*`. Default: all. */
  symbols?: readonly string[];
  /** Default `second`: every tick. `minute`: the closing tick of each one-minute bar. */
  mode?: Mode;
}

interface Active {
  subscription: Subscription;
  request: Partial<SubscribeRequest>;
  mode: Mode;
  stream: StreamPosition;
  buffer: TickBuffer;
}

interface Waiter {
  resolve(server: ServerInfo): void;
  reject(error: unknown): void;
}

/**
 * A client of one Tick-Storm service, over any number of connections in turn. Made by `connect`.
 *
 * After a lost connection it reconnects and subscribes again by itself. It does not yet ask the server for
 * what passed meanwhile: a `gap` event tells the extent. Ticks that come twice are left out.
 */
export class TickStormClient extends EventEmitter<ClientEvents> {
  readonly #settings: ClientSettings;
  readonly #transport: Transport;
  readonly #random: () => number;
  readonly #policy: ReconnectPolicy;
  readonly #waiters: Waiter[] = [];
  #state: ClientState = 'connecting';
  #server: ServerInfo | undefined;
  #connection: Connection | undefined;
  #active: Active | undefined;
  #addressIndex: number;
  /** The pause before an attempt, or before leaving a server that said GOAWAY. */
  #timer: NodeJS.Timeout | undefined;
  #failure: unknown;
  #closing: Promise<void> | undefined;

  /** @param random numbers in [0, 1) for jitter and the first address */
  constructor(settings: ClientSettings, transport: Transport, random: () => number) {
    super();
    this.#settings = settings;
    this.#transport = transport;
    this.#random = random;
    this.#policy = new ReconnectPolicy(settings, random);
    this.#addressIndex = Math.floor(random() * settings.addresses.length);
    this.#open();
  }

  get state(): ClientState {
    return this.#state;
  }

  /** The server of the current connection; undefined while there is none. */
  get server(): ServerInfo | undefined {
    return this.#server;
  }

  /** Resolves once the client is authenticated; rejects with the error that ends the client before. */
  ready(): Promise<ServerInfo> {
    if (this.#server) return Promise.resolve(this.#server);
    if (this.#state === 'closed') return Promise.reject(this.#failure ?? closedError());
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  /**
   * Subscribes, now or as soon as there is a connection. A client has one subscription, as the protocol does;
   * make another client for another.
   * @throws RangeError on symbols or a mode that the protocol does not have
   * @throws Error when the client is closed or has a subscription already
   */
  subscribe(options: SubscribeOptions = {}): Subscription {
    const { symbols = [], mode = 'second' } = options;
    const problem = symbolFiltersProblem(symbols);
    if (problem) throw new RangeError(problem);
    if (mode !== 'second' && mode !== 'minute') {
      throw new RangeError(`mode is ${JSON.stringify(mode)}; second or minute is needed`);
    }
    if (this.#state === 'closed') throw closedError();
    if (this.#active) {
      throw new Error('this client has a subscription already; connect another client for another one');
    }
    const stream = new StreamPosition(symbols.length === 0 || symbols.includes('*'));
    const buffer = new TickBuffer(this.#settings.bufferTicks);
    const subscription = new Subscription(buffer, {
      get position() {
        return stream.position;
      },
      consumed: () => this.#consumed(),
      left: () => this.close(),
    });
    this.#active = { subscription, request: { mode: modeNumber(mode), symbols: [...symbols] }, mode, stream, buffer };
    if (this.#state === 'ready') this.#connection?.subscribe(this.#active.request);
    return subscription;
  }

  /** Ends the iteration (ticks still buffered are discarded) and the connection; resolves when it is closed. */
  close(): Promise<void> {
    this.#active?.subscription.end();
    return this.#shutDown(undefined);
  }

  /** Ends the client as `close` does, except that the iteration throws `reason`. */
  abort(reason: unknown): Promise<void> {
    this.#active?.buffer.clear();
    return this.#shutDown(reason);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #open(): void {
    const { addresses } = this.#settings;
    const address = addresses[this.#addressIndex % addresses.length]!;
    this.#addressIndex += 1;
    this.#enter('connecting', formatAddress(address));
    if (this.#isClosed()) return;
    const connection = new Connection(address, this.#settings, this.#transport, {
      onAuthenticated: (ack) => this.#authenticated(connection, ack),
      onSubscribed: (ack) => this.#subscribed(connection, ack),
      onBatch: (batch) => this.#take(batch),
      onGoAway: (notice) => this.#goAway(notice),
      onEnd: (error) => this.#lost(error),
      canTakeBatch: () => this.#canTakeBatch(),
    });
    this.#connection = connection;
  }

  #authenticated(connection: Connection, ack: AckResponse): void {
    const { metadata } = ack;
    this.#policy.authenticated(performance.now());
    this.#server = {
      address: connection.address,
      instance: metadata['instance'],
      version: metadata['server_version'],
      features: (metadata['features'] ?? '').split(',').filter((feature) => feature !== ''),
    };
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(this.#server);
    if (this.#active) connection.subscribe(this.#active.request);
    this.#enter('ready', connection.address);
  }

  #subscribed(connection: Connection, ack: AckResponse): void {
    const { epoch, stream_sequence: sequence } = ack.metadata;
    const gap = this.#active?.stream.begin({
      epoch: epoch || undefined,
      sequence: sequence === undefined ? undefined : Number(sequence),
    });
    this.#enter('subscribed', connection.address);
    if (gap) this.#tell('gap', gap);
  }

  #take(batch: DataBatch): void {
    const active = this.#active;
    if (!active) return;
    if (batch.ticks.length > FieldLimits.ticksPerBatch) {
      throw new RangeError(`a batch of ${batch.ticks.length} ticks; at most ${FieldLimits.ticksPerBatch} are allowed`);
    }
    const sequences = sequencesOf(batch);
    const { duplicates, gap } = active.stream.accept({ ...batch, sequences });
    if (gap) this.#tell('gap', gap);
    const { isSnapshot, batchSequence, batchTimestampMs } = batch;
    this.#tell('batch', {
      ticks: batch.ticks.length,
      duplicates,
      isSnapshot,
      batchSequence,
      batchTimestampMs,
      epoch: active.stream.position.epoch,
      firstSequence: sequences[0],
      lastSequence: sequences.at(-1),
    });
    if (!this.#isClosed()) this.#deliver(active, ticksOf(batch, sequences, active.mode).slice(duplicates));
  }

  #deliver(active: Active, ticks: readonly Tick[]): void {
    const dropped: Tick[] = [];
    for (const tick of ticks) {
      // With the policy `pause` there is room: no batch is read without.
      if (active.buffer.free === 0) dropped.push(active.buffer.shift()!);
      active.subscription.push(tick);
    }
    const [first] = dropped;
    if (!first) return;
    this.#tell('gap', {
      reason: 'slow-consumer',
      epoch: active.stream.position.epoch,
      fromSequence: first.sequence,
      toSequence: dropped.at(-1)!.sequence,
      missingTicks: dropped.length,
    });
  }

  #canTakeBatch(): boolean {
    if (!this.#active || this.#settings.whenFull === 'drop-oldest') return true;
    return this.#active.buffer.free >= FieldLimits.ticksPerBatch;
  }

  #consumed(): void {
    const { buffer } = this.#active!;
    if (buffer.size <= Math.min(buffer.capacity / 2, buffer.capacity - FieldLimits.ticksPerBatch)) {
      this.#connection?.resume();
    }
  }

  #goAway(notice: GoAway): void {
    const { reason, reconnectWithinMs, deadlineMs } = notice;
    this.#tell('goaway', { reason, reconnectWithinMs, deadlineMs });
    if (this.#isClosed()) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        void this.#connection?.close();
        this.#server = undefined;
        this.#open();
      },
      leaveDelayMs(reconnectWithinMs, this.#random()),
    );
  }

  #lost(error: TickStormError): void {
    clearTimeout(this.#timer);
    this.#connection = undefined;
    this.#server = undefined;
    const delayMs = this.#policy.afterFailure(error, performance.now());
    this.#tell('error', error);
    if (this.#isClosed()) return;
    if (delayMs === undefined) {
      void this.#shutDown(error);
      return;
    }
    this.#enter('waiting', error.address, { delayMs, error });
    if (this.#isClosed()) return;
    this.#timer = setTimeout(() => this.#open(), delayMs);
  }

  #shutDown(failure: unknown): Promise<void> {
    if (this.#closing) return this.#closing;
    clearTimeout(this.#timer);
    this.#failure = failure;
    this.#closing = this.#connection?.close() ?? Promise.resolve();
    this.#connection = undefined;
    this.#server = undefined;
    if (failure === undefined) this.#active?.subscription.end();
    else this.#active?.subscription.fail(failure);
    for (const waiter of this.#waiters.splice(0)) waiter.reject(failure ?? closedError());
    this.#enter('closed', undefined, failure instanceof TickStormError ? { error: failure } : {});
    return this.#closing;
  }

  #enter(
    state: ClientState,
    address: string | undefined,
    more: { delayMs?: number; error?: TickStormError } = {},
  ): void {
    const previous = this.#state;
    this.#state = state;
    this.#tell('state', { state, previous, address, delayMs: more.delayMs, error: more.error });
  }

  /** Listeners may close the client, so the state is asked for anew after each event. */
  #isClosed(): boolean {
    return this.#closing !== undefined;
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
