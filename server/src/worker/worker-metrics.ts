import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { processBytes } from '../limits/proc-status.ts';
import type { LabelCounts, WorkerStats } from './worker-stats.ts';

/** Bucket bounds in seconds. */
const LATENCY_BUCKETS = [
  0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5,
];
const DURATION_BUCKETS = [0.1, 1, 10, 60, 300, 900, 3_600, 14_400, 43_200, 86_400];

/** What waits for one client. */
export interface Backlog {
  readonly pendingBytes: number;
  readonly isConflating: boolean;
}

/** The metrics of one worker. Names, types and labels are those that dashboards use. */
export class WorkerMetrics {
  readonly registry: Registry = new Registry();
  readonly connectionDuration: Histogram;
  readonly publishLatency: Histogram;
  readonly writeLatency: Histogram;
  readonly processingDuration: Histogram;

  /** @param congested of the connections whose client does not take everything at once */
  constructor(stats: WorkerStats, congested: ReadonlySet<Backlog>) {
    this.#gauge('active_connections', 'Client connections that are open.', () => stats.activeConnections);
    this.#gauge('subscriptions_current', 'Connections with a subscription.', () => stats.subscriptions);
    // The program's text is shared with the supervisor, which counts it.
    this.#gauge('memory_usage_bytes', 'Memory of all processes, shared pages once.', () => processBytes('RssAnon'));
    this.#counter('total_connections_total', 'Connections accepted.', () => stats.totalConnections);
    this.#counter('bytes_sent_total', 'Bytes given to client sockets.', () => stats.bytesSent);
    this.#counter('bytes_recv_total', 'Bytes received from clients.', () => stats.bytesReceived);
    this.#counter('write_timeouts_total', 'Connections closed at the write deadline.', () => stats.writeTimeouts);
    this.#counter('auth_success_total', 'Successful authentications.', () => stats.authSuccesses);
    this.#counter('auth_rate_limited_total', 'Authentications refused while locked.', () => stats.authRateLimited);
    this.#counter('heartbeat_timeouts_total', 'Connections closed as silent.', () => stats.heartbeatTimeouts);
    this.#counter('heartbeats_recv_total', 'HEARTBEAT frames received.', () => stats.heartbeatsReceived);
    this.#labelled('auth_failures_total', 'Failed authentications.', 'reason', stats.authFailures);
    this.#labelled('errors_total', 'ERROR frames sent.', 'error_code', stats.errors);
    this.#labelled('protocol_errors_total', 'Violations of the protocol.', 'error_type', stats.protocolErrors);
    this.#labelled(
      'connection_errors_total',
      'Connections that ended by a fault.',
      'error_type',
      stats.connectionErrors,
    );
    this.#labelled('connections_closed_total', 'Connections that ended, by reason.', 'reason', stats.closes);
    this.#labelled('messages_sent_total', 'Frames sent.', 'message_type', () => stats.sentByType());
    this.#labelled('messages_recv_total', 'Frames received.', 'message_type', () => stats.receivedByType());
    this.#labelled('omitted_ticks_total', 'Ticks left out for slow clients.', 'policy', stats.omittedTicks);
    this.#gauge('write_queue_bytes', 'Bytes that slow clients have not taken.', () => waitingBytes(congested));
    this.#gauge('congested_connections', 'Connections with bytes that wait for the client.', () => {
      return sumOf(congested, ({ pendingBytes }) => (pendingBytes > 0 ? 1 : 0));
    });
    this.#gauge('conflated_connections', 'Connections that get the latest ticks only, until they keep up.', () => {
      return sumOf(congested, ({ isConflating }) => (isConflating ? 1 : 0));
    });
    this.connectionDuration = this.#histogram('connection_duration_seconds', 'Life of a connection.', DURATION_BUCKETS);
    this.publishLatency = this.#histogram(
      'publish_latency_seconds',
      'From the flush of a batch to its last write to a group on this worker.',
      LATENCY_BUCKETS,
    );
    this.writeLatency = this.#histogram(
      'write_latency_seconds',
      'One write to one socket: the first of each fan-out, and every one that had to wait.',
      LATENCY_BUCKETS,
    );
    this.processingDuration = this.#histogram(
      'message_processing_duration_seconds',
      'Handling of one received frame.',
      LATENCY_BUCKETS,
    );
    collectDefaultMetrics({ register: this.registry });
  }

  #gauge(name: string, help: string, read: () => number): void {
    const collect = function (this: Gauge): void {
      this.set(read());
    };
    this.registry.registerMetric(new Gauge({ name: `tick_storm_${name}`, help, registers: [], collect }));
  }

  #counter(name: string, help: string, read: () => number): void {
    const collect = function (this: Counter): void {
      this.reset();
      this.inc(read());
    };
    this.registry.registerMetric(new Counter({ name: `tick_storm_${name}`, help, registers: [], collect }));
  }

  #labelled(name: string, help: string, label: string, counts: LabelCounts | (() => Iterable<[string, number]>)): void {
    const collect = function (this: Counter): void {
      this.reset();
      const entries = typeof counts === 'function' ? counts() : counts.values;
      for (const [value, count] of entries) this.inc({ [label]: value }, count);
    };
    const options = { name: `tick_storm_${name}`, help, labelNames: [label], registers: [], collect };
    this.registry.registerMetric(new Counter(options));
  }

  #histogram(name: string, help: string, buckets: number[]): Histogram {
    const histogram = new Histogram({ name: `tick_storm_${name}`, help, buckets, registers: [] });
    this.registry.registerMetric(histogram);
    return histogram;
  }
}

export function waitingBytes(backlogs: Iterable<Backlog>): number {
  return sumOf(backlogs, ({ pendingBytes }) => pendingBytes);
}

function sumOf(backlogs: Iterable<Backlog>, what: (backlog: Backlog) => number): number {
  let sum = 0;
  for (const backlog of backlogs) sum += what(backlog);
  return sum;
}
