import { fanoutColumns } from '../columns.ts';
import { medianOf, medianRatio } from '../compare.ts';
import { ticksOf } from '../contenders/tick-storm.ts';
import type { Case, ContenderName, Pace, Row, Scenario, Target } from '../scenario.ts';
import { SATURATION } from './saturation.ts';

const all: readonly ContenderName[] = ['floor', 'tick-storm', 'nats'];
const FRAME_BYTES = 2_048;

const equalLoads = [
  { label: '100 every 5 ms', connections: 100, intervalUs: 5_000 },
  { label: '1,000 every 20 ms', connections: 1_000, intervalUs: 20_000 },
  { label: '10,000 every 200 ms', connections: 10_000, intervalUs: 200_000 },
] as const;
const saturated = [
  { label: '1,000 saturated', connections: 1_000, bound: 0.9 },
  { label: '10,000 saturated', connections: 10_000, bound: 0.95 },
] as const;

/** About twice what the machine delivers of single frames: who merges what waits can still keep up. */
const overloads = [
  { label: '1,000 every 2 ms', connections: 1_000, intervalUs: 2_000 },
  { label: '10,000 every 50 ms', connections: 10_000, intervalUs: 50_000 },
] as const;

export const fanout: Scenario = {
  name: 'fanout',
  title: 'One frame to everybody',
  about:
    'Every interval one frame of 2 KB goes to every connection; saturated means as fast as it can. Equal loads are ' +
    'compared by CPU and latency, saturation by deliveries. The last two loads are more than single frames can carry: ' +
    'there the server stretches its window and NATS merges writes, so what arrives compares, and how old it is.',
  runs: { quick: 1, full: 5 },
  cases: (pace: Pace): Case[] => {
    const times = pace === 'quick' ? { warmUpMs: 300, measureMs: 700 } : { warmUpMs: 5_000, measureMs: 5_000 };
    const equal = equalLoads.map(({ label, connections, intervalUs }): Case => {
      const load = { connections, frameBytes: FRAME_BYTES, intervalUs };
      return { label, contenders: all, load, options: { connections, ...times } };
    });
    const full = saturated.map(({ label, connections }): Case => {
      const load = { connections, frameBytes: FRAME_BYTES, intervalUs: 0, settings: SATURATION };
      return { label, contenders: all, load, options: { connections, ...times } };
    });
    const overload = overloads.map(({ label, connections, intervalUs }): Case => {
      const load = { connections, frameBytes: FRAME_BYTES, intervalUs };
      return { label, contenders: ['tick-storm', 'nats'], load, options: { connections, ...times } };
    });
    return pace === 'quick' ? equal.slice(0, 1) : [...equal, ...full, ...overload];
  },
  columns: fanoutColumns,
  targets: (rows: readonly Row[]): Target[] => [
    ...saturated.flatMap(({ label, bound }): Target[] => [
      {
        text: `${label}: deliveries/s, of the floor's`,
        value: medianRatio(rows, label, 'floor', (each) => each.deliveriesPerSecond),
        bound,
        is: 'at least',
      },
      {
        text: `${label}: CPU per delivery, of the floor's`,
        value: medianRatio(rows, label, 'floor', (each) => each.cpuMicrosPerDelivery),
        bound: 1.15,
        is: 'at most',
      },
    ]),
    ...equalLoads.slice(1).flatMap(({ label }): Target[] => [
      {
        text: `${label}: CPU, of NATS's`,
        value: medianRatio(rows, label, 'nats', (each) => each.cpuShare),
        bound: 0.4,
        is: 'at most',
      },
      ...(['p50', 'p99'] as const).map((quantile): Target => ({
        text: `${label}: ${quantile}, of NATS's`,
        value: medianRatio(rows, label, 'nats', (each) => each.latency?.[quantile]),
        bound: 0.6,
        is: 'at most',
      })),
    ]),
    ...overloads.flatMap(({ label }): Target[] => [
      {
        text: `${label}: what arrives of what is offered, of NATS's`,
        value:
          medianOf(rows, label, 'tick-storm', (each) => each.ticksPerSecond) /
          ticksOf(FRAME_BYTES) /
          medianOf(rows, label, 'nats', (each) => each.deliveriesPerSecond),
        // Both are sampled over some seconds: a hundredth is within their error.
        bound: 0.99,
        is: 'at least',
      },
      {
        text: `${label}: p99 in ms`,
        value: medianOf(rows, label, 'tick-storm', (each) => (each.latency?.p99 ?? Number.NaN) / 1_000),
        bound: 2_000,
        is: 'at most',
      },
    ]),
    {
      text: '1,000 every 20 ms: gaps',
      value: medianOf(rows, '1,000 every 20 ms', 'tick-storm', (each) => each.gaps),
      bound: 0,
      is: 'at most',
    },
  ],
};
