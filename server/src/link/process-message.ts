import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import type { HotSettings } from '../config/server-config.ts';

// Over Node's IPC channel: the life of a worker. What must stay in order with the stream goes over the link.

export type MetricsSnapshot = MetricObjectWithValues<MetricValue<string>>[];

/** What a client that understands GOAWAY is told. */
export type DrainReason = 'drain' | 'recycle';

export type SupervisorOrder =
  /** Accept connections on this port; 0 = choose one. */
  | { type: 'listen'; port: number }
  | { type: 'settings'; hot: HotSettings }
  | { type: 'metrics'; request: number }
  /** Stop accepting, close all within the window, then report `drained`. */
  | { type: 'drain'; reason: DrainReason; windowMs: number };

export type WorkerReport =
  | { type: 'started' }
  | { type: 'listening'; host: string; port: number }
  | { type: 'failed'; message: string }
  | { type: 'metrics'; request: number; metrics: MetricsSnapshot }
  | { type: 'cpu_time_exceeded' }
  | { type: 'drained'; metrics: MetricsSnapshot };
