import { FieldLimits } from '@tick-storm/protocol';
import { parseAddress, type Address } from './address.ts';
import { MAX_TIMER_MS } from './max-timer-ms.ts';
import { resolveTls, type TlsOptions, type TlsSource } from './tls-options.ts';

/** How a client comes back after its connection was lost. */
export interface ReconnectOptions {
  /** The first pause is drawn from 0 to this; the limit doubles with every attempt (default 250). */
  baseDelayMs?: number;
  /** No pause is longer than this (default 15,000). */
  maxDelayMs?: number;
  /** Attempts in a row before the client gives up with the last error (default: no end). */
  maxAttempts?: number;
  /**
   * Also retries a first connection that cannot be made. The default is false: a wrong address is
   * reported once every address was tried, rather than tried for ever.
   */
  retryInitial?: boolean;
}

/** What `connect` takes. */
export interface ConnectOptions {
  /** `HOST:PORT`; IPv6 as `[::1]:8080`. Give this or `addresses`. The name is looked up anew for each attempt. */
  address?: string;
  /** Several servers of one service, tried in turn from a random one on. */
  addresses?: readonly string[];
  username: string;
  password: string;
  /**
   * Speaks TLS: `true` with the system's authorities, or what to trust and to show. A function is asked for each
   * connection, so that certificates can be replaced while the client runs. Default: plain TCP.
   */
  tls?: boolean | TlsOptions | (() => TlsOptions);
  /** A name for this client in the server's log, at most 64 characters. */
  clientId?: string;
  /** Closes the client when it fires; an iteration then throws the signal's reason. */
  signal?: AbortSignal;
  /** Default true. False: the first failure ends the client. */
  reconnect?: boolean | ReconnectOptions;
  /** From the start of an attempt to the server's answer to AUTH (default 10,000). */
  connectTimeoutMs?: number;
  /** From SUBSCRIBE to the server's answer (default 10,000). */
  subscribeTimeoutMs?: number;
  /** Pause between heartbeats (default 15,000; the server expects one within 20,000). */
  heartbeatIntervalMs?: number;
  /** A connection on which nothing arrives for this long is given up (default 20,000); more than the pause between heartbeats. */
  heartbeatTimeoutMs?: number;
  /** Ticks that may wait for the consumer (default 16,384; at least 1,000, the most that one batch holds). */
  bufferTicks?: number;
  /**
   * When the consumer is so slow that the buffer fills:
   * - `pause` (default): stop reading from the socket until half of it is consumed. TCP slows the server down,
   *   whose own policy for slow clients decides (by default it closes). The client then connects again once there
   *   is room, and resumes behind the last tick in its buffer, so nothing is lost as long as the consumer is not
   *   behind by more than the server's history; if it is, a `gap` event says what is missing.
   * - `drop-oldest`: the oldest ticks make room for the newest, and a `gap` event says which.
   */
  whenFull?: 'pause' | 'drop-oldest';
}

/** Checked options with every default filled in. */
export interface ClientSettings {
  addresses: readonly Address[];
  username: string;
  password: string;
  clientId: string;
  /** Undefined: plain TCP. */
  tls: TlsSource | undefined;
  reconnect: Required<ReconnectOptions> | undefined;
  connectTimeoutMs: number;
  subscribeTimeoutMs: number;
  heartbeatIntervalMs: number;
  heartbeatTimeoutMs: number;
  bufferTicks: number;
  whenFull: 'pause' | 'drop-oldest';
}

/** @throws RangeError that names the option, what is wrong with it, and what is allowed */
export function resolveOptions(options: ConnectOptions): ClientSettings {
  const heartbeatIntervalMs = integer('heartbeatIntervalMs', options.heartbeatIntervalMs ?? 15_000, 1, MAX_TIMER_MS);
  const heartbeatTimeoutMs = integer('heartbeatTimeoutMs', options.heartbeatTimeoutMs ?? 20_000, 1, MAX_TIMER_MS);
  if (heartbeatTimeoutMs <= heartbeatIntervalMs) {
    throw new RangeError(
      `heartbeatTimeoutMs is ${heartbeatTimeoutMs}; more than heartbeatIntervalMs (${heartbeatIntervalMs}) is needed: a quiet stream has nothing but the answers to heartbeats`,
    );
  }
  return {
    addresses: resolveAddresses(options),
    username: text('username', options.username, 1, FieldLimits.usernameLength),
    password: text('password', options.password, 1, FieldLimits.passwordLength),
    clientId: text('clientId', options.clientId ?? '', 0, FieldLimits.clientIdLength),
    tls: resolveTls(options.tls ?? false),
    reconnect: resolveReconnect(options.reconnect ?? true),
    connectTimeoutMs: integer('connectTimeoutMs', options.connectTimeoutMs ?? 10_000, 1, MAX_TIMER_MS),
    subscribeTimeoutMs: integer('subscribeTimeoutMs', options.subscribeTimeoutMs ?? 10_000, 1, MAX_TIMER_MS),
    heartbeatIntervalMs,
    heartbeatTimeoutMs,
    bufferTicks: integer('bufferTicks', options.bufferTicks ?? 16_384, FieldLimits.ticksPerBatch, 2 ** 24),
    whenFull: oneOf('whenFull', options.whenFull ?? 'pause', ['pause', 'drop-oldest']),
  };
}

function resolveAddresses(options: ConnectOptions): Address[] {
  const { address, addresses } = options;
  if ((address === undefined) === (addresses === undefined)) {
    throw new RangeError('give either address or addresses, such as address: "localhost:8080"');
  }
  const texts = address === undefined ? addresses! : [address];
  if (texts.length === 0) throw new RangeError('addresses is empty: at least one HOST:PORT is needed');
  return texts.map(parseAddress);
}

function resolveReconnect(reconnect: boolean | ReconnectOptions): Required<ReconnectOptions> | undefined {
  if (reconnect === false) return undefined;
  const options = reconnect === true ? {} : reconnect;
  const maxAttempts = options.maxAttempts ?? Number.POSITIVE_INFINITY;
  return {
    baseDelayMs: integer('reconnect.baseDelayMs', options.baseDelayMs ?? 250, 1, MAX_TIMER_MS),
    maxDelayMs: integer('reconnect.maxDelayMs', options.maxDelayMs ?? 15_000, 1, MAX_TIMER_MS),
    maxAttempts:
      maxAttempts === Number.POSITIVE_INFINITY
        ? maxAttempts
        : integer('reconnect.maxAttempts', maxAttempts, 1, Number.MAX_SAFE_INTEGER),
    retryInitial: options.retryInitial ?? false,
  };
}

function integer(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new RangeError(`${name} is ${String(value)}; a whole number from ${min} to ${max} is needed`);
}

function text(name: string, value: string, min: number, max: number): string {
  if (typeof value === 'string' && value.length >= min && value.length <= max) return value;
  // The value is not repeated: it may be the password.
  throw new RangeError(`${name} needs ${min} to ${max} characters`);
}

function oneOf<T extends string>(name: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  throw new RangeError(`${name} is ${JSON.stringify(value)}; one of ${allowed.join(', ')} is needed`);
}
