import { medianOf } from './compare.ts';
import { FRAME_BYTES } from './frame-bytes.ts';
import type { Measurement } from './measurement.ts';
import type { Results } from './results.ts';
import { summarize } from './statistics.ts';

/** What things cost, as the bench measured them. Times are in seconds of one CPU, sizes in bytes. */
export interface Costs {
  /** Of one delivery where a flush goes to 100 clients, and to 1,000. */
  readonly of100: number;
  readonly of1000: number;
  /** Of one of some bytes to 10,000 clients, whose connections' memory is no longer in the caches. */
  readonly cold: number;
  readonly coldBytes: number;
  /** Of each byte, where frames wait for each other and leave together. */
  readonly perByte: number;
  /** Of one to 10,000 clients that the server has merged of several frames; the model is held against it. */
  readonly merged: number;
  readonly mergedBytes: number;
  /** A delivery of 2 KB with TLS, and what it costs without: both warm, of one session. */
  readonly tls: number;
  readonly plain: number;
  /** Of one delivery where nearly each client has a filter of its own, and what it carries. */
  readonly filtered: number;
  readonly filteredBytes: number;
  readonly filteredTicks: number;
  /** Encoding a tick, once for all, and a frame of some ticks, once for each filter. */
  readonly encodeTick: number;
  readonly frameOf1: number;
  readonly frameOf35: number;
  readonly frameOf100: number;
  /** Of an idle, subscribed connection, in the server (and with TLS) and in the kernel at the server's end. */
  readonly idle: number;
  readonly tlsIdle: number;
  readonly kernel: number;
  /** A server of two workers without connections; what its processes share is counted in each. */
  readonly pod: number;
  /** Connect, authenticate and subscribe, by two workers that share one CPU. */
  readonly loginsPerSecond: number;
  readonly tlsLoginsPerSecond: number;
  /** A tick in a frame, without the frame's own bytes. */
  readonly tick: number;
}

/** @returns the costs, or the rows that they take figures from and that were not measured, or not with all connections */
export function costsOf({ scenarios, encode }: Results): Costs | { missing: string[] } {
  const missing = new Set<string>();
  const figure = (scenario: string, label: string, value: (each: Measurement) => number): number => {
    const median = medianOf(scenarios[scenario]?.rows ?? [], label, 'tick-storm', value);
    if (Number.isNaN(median)) missing.add(`${scenario}: ${label}`);
    return median;
  };
  const encodeOf = (ticks: number, which: 'tickMicros' | 'frameMicros'): number => {
    const figures = encode?.rows.find((row) => row.ticks === ticks)?.[which] ?? [];
    if (figures.length > 0) return summarize(figures).median / 1e6;
    missing.add(`encoding ${ticks} ticks`);
    return Number.NaN;
  };
  const idle = figure('memory', '19,000 idle', (each) => each.rssPerConnection);
  const pod = figure('connect', '20,000 at once', (each) => each.rssBytes - idle * each.connected);
  const costs: Costs = {
    of100: figure('fanout', '100 every 5 ms', seconds),
    of1000: figure('fanout', '1,000 every 20 ms', seconds),
    cold: figure('fanout', '10,000 every 200 ms', seconds),
    coldBytes: figure('fanout', '10,000 every 200 ms', bytes),
    perByte: figure('fanout', '1,000 saturated', (each) => seconds(each) / bytes(each)),
    merged: figure('fanout', '10,000 every 50 ms', seconds),
    mergedBytes: figure('fanout', '10,000 every 50 ms', bytes),
    tls: figure('tls', '1,000 every 20 ms, TLS', seconds),
    plain: figure('tls', '1,000 every 20 ms, plain', seconds),
    filtered: figure('filters', '10,000 filters', seconds),
    filteredBytes: figure('filters', '10,000 filters', bytes),
    filteredTicks: figure('filters', '10,000 filters', ticks),
    encodeTick: encodeOf(100, 'tickMicros'),
    frameOf1: encodeOf(1, 'frameMicros'),
    frameOf35: encodeOf(35, 'frameMicros'),
    frameOf100: encodeOf(100, 'frameMicros'),
    idle,
    tlsIdle: figure('connect', '20,000 at once, TLS', (each) => (each.rssBytes - pod) / each.connected),
    // The bench sees both ends.
    kernel: figure('memory', '19,000 idle', (each) => each.kernelPerConnection / 2),
    pod,
    loginsPerSecond: figure('connect', '20,000 at once', (each) => each.connectsPerSecond),
    tlsLoginsPerSecond: figure('connect', '20,000 at once, TLS', (each) => each.connectsPerSecond),
    tick: figure('ticks', '1,000 × 1,000 ticks/s', (each) => (bytes(each) - FRAME_BYTES) / ticks(each)),
  };
  return missing.size > 0 ? { missing: [...missing] } : costs;
}

/** Of one delivery. */
function seconds({ cpuMicrosPerDelivery }: Measurement): number {
  return cpuMicrosPerDelivery / 1e6;
}

function bytes({ megabytesPerSecond, deliveriesPerSecond }: Measurement): number {
  return (megabytesPerSecond * 1e6) / deliveriesPerSecond;
}

function ticks({ ticksPerSecond, deliveriesPerSecond }: Measurement): number {
  return ticksPerSecond / deliveriesPerSecond;
}
