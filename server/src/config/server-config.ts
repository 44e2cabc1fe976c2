import type { Cidr } from './cidr.ts';
import type { ListenAddress } from './listen-address.ts';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** What can change while the server runs: these values at start, the configuration file's later. */
export interface HotSettings {
  logLevel: LogLevel;
  /** Empty = every address. */
  ipAllowlist: readonly Cidr[];
  /** Wins over the allow list. */
  ipBlocklist: readonly Cidr[];
}

/** null = leave the limit as it is. */
export interface ProcessLimitSettings {
  openFiles: number | null;
  /** Bytes, of all the server's processes together. */
  memoryBytes: number | null;
  /** Seconds of CPU time, per worker. */
  cpuSeconds: number | null;
  stackBytes: number | null;
  coreBytes: number | null;
}

export interface FeedSettings {
  type: 'clock';
  seed: string;
  symbols: readonly string[];
  /** Time between two ticks of one symbol. */
  tickIntervalMs: number;
  /** A tick is published this long after its time, so that a pod whose clock is ahead publishes no future. */
  clockAllowanceMs: number;
}

export interface TlsSettings {
  isEnabled: boolean;
  certFile: string;
  keyFile: string;
  clientAuth: 'none' | 'request' | 'require';
  caFile: string;
}

/** The validated settings of one server. */
export interface ServerConfig {
  listen: ListenAddress;
  metrics: ListenAddress;
  /** null = one per CPU that the container may use. */
  workers: number | null;
  instanceId: string;
  /** Empty = none. */
  configFile: string;
  drainSeconds: number;
  username: string;
  password: string;
  authTimeoutMs: number;
  /** Failed attempts from one address within the window that lock it; 0 = never. */
  authMaxAttempts: number;
  authRateLimitWindowMs: number;
  subscribeTimeoutMs: number;
  maxConnections: number;
  heartbeatIntervalMs: number;
  heartbeatTimeoutMs: number;
  batchWindowMs: number;
  /** Ticks per batch. */
  maxBatchSize: number;
  /** SO_RCVBUF and SO_SNDBUF of client sockets. */
  tcpReadBufferBytes: number;
  tcpWriteBufferBytes: number;
  writeDeadlineMs: number;
  /** Frames that may wait for one connection. */
  maxWriteQueueFrames: number;
  tls: TlsSettings;
  feed: FeedSettings;
  limits: ProcessLimitSettings;
  hot: HotSettings;
}
