import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import type { ConnectionRow } from './connection-row.ts';
import type { LimitOutcome } from '../limits/process-limits.ts';
import type { HotSettings } from '../config/server-config.ts';
import type { DrainReason } from './drain-reason.ts';

// Over Node's IPC channel: the life of a worker. What must stay in order with the stream goes over the link.

export type MetricsSnapshot = MetricObjectWithValues<MetricValue<string>>[];

/** What a worker needs for TLS. */
export interface TlsMaterial {
  /** PEM. */
  cert: string;
  key: string;
  ca: string | undefined;
  /** The secret that session tickets are made with, base64; the same in all workers. */
  ticketKeys: string;
}

export type SupervisorOrder =
  /** Comes before `listen` when TLS is on, and whenever something of it changes. */
  | { type: 'tls'; material: TlsMaterial }
  /** Accept connections on this port, after a `park` as well; 0 = choose one. */
  | { type: 'listen'; port: number }
  | { type: 'settings'; hot: HotSettings }
  | { type: 'metrics'; request: number }
  /** Which connections have the most bytes waiting? Answered by at most `limit` of them, in that order. */
  | { type: 'connections'; request: number; limit: number }
  | { type: 'kick'; request: number; id: number }
  /** Memory is short: give back what is not used. */
  | { type: 'collect_garbage' }
  /** Memory is still short: close those clients for whom the most waits, until this much waits no more. */
  | { type: 'shed'; bytes: number }
  /** Stop accepting, close all within the window, then report `drained`. */
  | { type: 'drain'; reason: DrainReason; windowMs: number }
  /** Stop accepting and close all within the window, but stay, until `listen` or `drain`. */
  | { type: 'park'; windowMs: number }
  /** Ask this many of the clients that understand GOAWAY to connect elsewhere, at this rate. */
  | { type: 'rebalance'; connections: number; perSecond: number };

export type WorkerReport =
  | { type: 'started'; limits: readonly LimitOutcome[] }
  | { type: 'listening'; host: string; port: number }
  | { type: 'failed'; message: string }
  | { type: 'metrics'; request: number; metrics: MetricsSnapshot }
  | { type: 'connections'; request: number; rows: ConnectionRow[]; total: number }
  | { type: 'kicked'; request: number; isFound: boolean }
  /** Every second: the largest event-loop lag since the last one, and the bytes that slow clients have not taken. */
  | { type: 'load'; lagMs: number; waitingBytes: number }
  | { type: 'cpu_time_exceeded' }
  | { type: 'drained'; metrics: MetricsSnapshot };
