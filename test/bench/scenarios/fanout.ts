import { fanoutColumns, feedAge } from '../columns.ts';
import { loadLimit, medianOf, medianRatioOf } from '../compare.ts';
import { ticksOf } from '../contenders/tick-storm.ts';
import { ratioTarget } from '../ratio-target.ts';
import type { Case, ContenderName, Pace, Row, Scenario, Target } from '../scenario.ts';
import { saturation } from './saturation.ts';

const all: readonly ContenderName[] = ['floor', 'tick-storm', 'nats'];
const FRAME_BYTES = 2_048;

const equalLoads = [
  { label: '100 every 5 ms', connections: 100, intervalUs: 5_000 },
  { label: '1,000 every 20 ms', connections: 1_000, intervalUs: 20_000 },
  { label: '10,000 every 200 ms', connections: 10_000, intervalUs: 200_000 },
] as const;
/** Those that targets are for. */
const comparedLoads = equalLoads.slice(1);
/** Until the engine has compiled what a flush runs through: at 50 flushes a second that takes a while. */
const COMPILED_MS = 15_000;
/** What nats-server needs at the largest load until it has delivered what came while its subscribers were new. */
const NATS_WARM_UP_MS = 20_000;

/** A thousand frames a second to each of 100 connections are fewer than can be sent. */
const saturated = [
  { label: '100 saturated', connections: 100, framesPerFlush: 4, bound: undefined },
  { label: '1,000 saturated', connections: 1_000, framesPerFlush: 1, bound: 0.9 },
  { label: '10,000 saturated', connections: 10_000, framesPerFlush: 1, bound: 0.95 },
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
    'measured once the engine has compiled ours, after 15 seconds of all contenders, and compared by CPU and latency: ' +
    'one send for each frame there. Saturation is compared by deliveries, and is no ' +
    'comparison of sends: ours then merges frames that are due into one write of up to 64 KiB, and NATS what waits for a ' +
    'subscriber, while the floor makes one send for each frame. Ours is offered a frame a millisecond (four for 100 ' +
    'connections), as its feed can make no finer steps. The last two loads are more than single frames can carry: there ' +
    'the server stretches its window and NATS merges writes, so what arrives compares, and how old it is. How old is in ' +
    'the feed columns, which count from a tick’s own time and hold window and waiting; the others count from the flush, ' +
    'which ours begins when there is room for it, and which for NATS is the publication, its queue included.',
  runs: { quick: 1, full: 5 },
  cases: (pace: Pace): Case[] => {
    const times = pace === 'quick' ? { warmUpMs: 300, measureMs: 700 } : { warmUpMs: 5_000, measureMs: 5_000 };
    const compiled = pace === 'quick' ? times : { ...times, warmUpMs: COMPILED_MS };
    const equal = equalLoads.flatMap(({ label, connections, intervalUs }): Case[] => {
      const load = { connections, frameBytes: FRAME_BYTES, intervalUs };
      const options = { connections, ...compiled };
      if (connections < 10_000) return [{ label, contenders: all, load, options }];
      return [
        { label, contenders: ['floor', 'tick-storm'], load, options },
        { label, contenders: ['nats'], load, options: { ...options, warmUpMs: NATS_WARM_UP_MS } },
      ];
    });
    const full = saturated.map(({ label, connections, framesPerFlush }): Case => {
      const settings = saturation(FRAME_BYTES, framesPerFlush);
      const load = { connections, frameBytes: FRAME_BYTES, intervalUs: 0, settings };
      return { label, contenders: all, load, options: { connections, ...times } };
    });
    const overload = overloads.map(({ label, connections, intervalUs }): Case => {
      const load = { connections, frameBytes: FRAME_BYTES, intervalUs };
      return { label, contenders: ['tick-storm', 'nats'], load, options: { connections, ...times } };
    });
    return pace === 'quick' ? equal.slice(0, 1) : [...equal, ...full, ...overload];
  },
  columns: [...fanoutColumns, ...feedAge],
  targets: (rows: readonly Row[]): Target[] => [
    ...saturatedTargets(rows),
    ...equalTargets(rows),
    ...overloadTargets(rows),
    {
      text: '1,000 every 20 ms: gaps',
      value: medianOf(rows, '1,000 every 20 ms', 'tick-storm', (each) => each.gaps),
      bound: 0,
      is: 'at most',
    },
  ],
};

function saturatedTargets(rows: readonly Row[]): Target[] {
  const targets = saturated.flatMap(({ label, bound }): Target[] => [
    ratioTarget(
      rows,
      { label, what: 'deliveries/s, merged', other: 'floor', figure: (each) => each.deliveriesPerSecond },
      bound === undefined ? undefined : { bound, is: 'at least' },
    ),
    ratioTarget(
      rows,
      { label, what: 'CPU per delivery, merged', other: 'floor', figure: (each) => each.cpuMicrosPerDelivery },
      bound === undefined ? undefined : { bound: 1.15, is: 'at most' },
    ),
  ]);
  const beside = { label: '1,000 saturated', other: 'nats' } as const;
  return [
    ...targets,
    ratioTarget(
      rows,
      { ...beside, what: 'deliveries/s', figure: (each) => each.deliveriesPerSecond },
      { bound: 1, is: 'at least' },
    ),
  ];
}

function equalTargets(rows: readonly Row[]): Target[] {
  return comparedLoads.flatMap(({ label, connections, intervalUs }): Target[] => {
    const offered = (connections * 1e6) / intervalUs;
    const floorOfNats = medianRatioOf(
      rows,
      { label, contender: 'floor', figure: (each) => each.cpuShare },
      { label, contender: 'nats', figure: (each) => each.cpuShare },
    );
    return [
      ratioTarget(
        rows,
        {
          label,
          what: 'CPU per delivery, one send for each frame',
          other: 'floor',
          figure: (each) => each.cpuMicrosPerDelivery,
          offered,
          why: 'it also makes the ticks, answers heartbeats and looks after its connections (ADR 23)',
        },
        { bound: 1.15, is: 'at most' },
      ),
      ratioTarget(
        rows,
        {
          label,
          what: 'CPU',
          other: 'nats',
          figure: (each) => each.cpuShare,
          offered,
          why: Number.isNaN(floorOfNats) ? undefined : `the floor itself takes ${floorOfNats.toFixed(2)} of NATS’s`,
        },
        { bound: 0.4, is: 'at most' },
      ),
      ...(['p50', 'p99'] as const).map((quantile) =>
        ratioTarget(
          rows,
          { label, what: quantile, other: 'nats', figure: (each) => each.latency?.[quantile], offered },
          { bound: 0.6, is: 'at most' },
        ),
      ),
    ];
  });
}

function overloadTargets(rows: readonly Row[]): Target[] {
  return overloads.flatMap(({ label }): Target[] => [
    {
      text: `${label}: what arrives of what is offered, of NATS’s (sampled over seconds: a hundredth is within the error)`,
      value: medianRatioOf(
        rows,
        { label, contender: 'tick-storm', figure: (each) => each.ticksPerSecond / ticksOf(FRAME_BYTES) },
        { label, contender: 'nats', figure: (each) => each.deliveriesPerSecond },
      ),
      note: loadLimit(rows, label, ['tick-storm', 'nats']),
      bound: 0.99,
      is: 'at least',
    },
    {
      text: `${label}: p99 of a tick’s whole delay, in ms`,
      value: medianOf(rows, label, 'tick-storm', (each) => (each.feed ? each.feed.p99 / 1_000 : undefined)),
      bound: 2_000,
      is: 'at most',
    },
    {
      text: `${label}: NATS’s p99 from publication, in ms`,
      value: medianOf(rows, label, 'nats', (each) => (each.latency ? each.latency.p99 / 1_000 : undefined)),
      is: 'information',
    },
  ]);
}
