/** The metrics that dashboards use, without `tick_storm_`, and their types: names and types are fixed. */
export const CONTRACT_METRICS = {
  active_connections: 'gauge',
  memory_usage_bytes: 'gauge',
  subscriptions_current: 'gauge',
  total_connections_total: 'counter',
  connection_errors_total: 'counter',
  messages_sent_total: 'counter',
  messages_recv_total: 'counter',
  bytes_sent_total: 'counter',
  bytes_recv_total: 'counter',
  write_timeouts_total: 'counter',
  auth_success_total: 'counter',
  auth_failures_total: 'counter',
  auth_rate_limited_total: 'counter',
  heartbeat_timeouts_total: 'counter',
  heartbeats_recv_total: 'counter',
  errors_total: 'counter',
  protocol_errors_total: 'counter',
  connection_duration_seconds: 'histogram',
  publish_latency_seconds: 'histogram',
  write_latency_seconds: 'histogram',
  message_processing_duration_seconds: 'histogram',
} as const;

export type ContractMetric = keyof typeof CONTRACT_METRICS;
