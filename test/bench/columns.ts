import type { Quantiles } from './load-client.ts';
import type { Measurement } from './measurement.ts';
import type { Column } from './scenario.ts';

// Columns that several tables have.

const milliseconds = (title: string, from: (measurement: Measurement) => Quantiles | null, which: keyof Quantiles) => ({
  title,
  digits: 2,
  value: (measurement: Measurement): number | undefined => {
    const quantiles = from(measurement);
    return quantiles ? quantiles[which] / 1_000 : undefined;
  },
});

/** Connections that could not be made: a row with some does not compare with others. */
const missing: Column = { title: 'missing', digits: 0, value: (each) => each.missing };
export const deliveries: Column = { title: 'deliveries/s', digits: 0, value: (each) => each.deliveriesPerSecond };
const megabytes: Column = { title: 'MB/s', digits: 0, value: (each) => each.megabytesPerSecond };
export const ticks: Column = { title: 'ticks/s', digits: 0, value: (each) => each.ticksPerSecond };
export const cpu: Column = { title: 'CPU %', digits: 1, value: (each) => 100 * each.cpuShare };
export const loadCpu: Column = { title: 'load CPU %', digits: 0, value: (each) => 100 * each.loadCpuShare };
const cpuPerDelivery: Column = { title: 'CPU µs each', digits: 2, value: (each) => each.cpuMicrosPerDelivery };
export const resident: Column = { title: 'RSS MB', digits: 1, value: (each) => each.rssBytes / 1e6 };
export const proportional: Column = { title: 'PSS MB', digits: 1, value: (each) => each.pssBytes / 1e6 };
export const closed: Column = { title: 'closed', digits: 0, value: (each) => each.closed };
export const gaps: Column = { title: 'gaps', digits: 0, value: (each) => each.gaps };
export const omitted: Column = { title: 'omitted', digits: 0, value: (each) => each.omitted };
export const latency: readonly Column[] = [
  milliseconds('p50 ms', (each) => each.latency, 'p50'),
  milliseconds('p95 ms', (each) => each.latency, 'p95'),
  milliseconds('p99 ms', (each) => each.latency, 'p99'),
  milliseconds('p99.9 ms', (each) => each.latency, 'p999'),
];
/** Before some connections ceased to read. */
export const calm: readonly Column[] = [
  milliseconds('calm p50 ms', (each) => each.calm, 'p50'),
  milliseconds('calm p99 ms', (each) => each.calm, 'p99'),
];
export const feedAge: readonly Column[] = [
  milliseconds('feed p50 ms', (each) => each.feed, 'p50'),
  milliseconds('feed p95 ms', (each) => each.feed, 'p95'),
  milliseconds('feed p99 ms', (each) => each.feed, 'p99'),
  milliseconds('feed p99.9 ms', (each) => each.feed, 'p999'),
];
/** While connections are made. */
export const whileConnecting: readonly Column[] = [
  { title: 'CPU %', digits: 0, value: (each) => 100 * each.readyCpuShare },
  { title: 'load CPU %', digits: 0, value: (each) => 100 * each.readyLoadCpuShare },
  milliseconds('ready p50 ms', (each) => each.handshake, 'p50'),
  milliseconds('ready p99 ms', (each) => each.handshake, 'p99'),
];
/** Of a load that every connection gets a part of. */
export const fanoutColumns: readonly Column[] = [
  missing,
  deliveries,
  megabytes,
  cpu,
  cpuPerDelivery,
  loadCpu,
  ...latency,
  omitted,
  closed,
  gaps,
];
