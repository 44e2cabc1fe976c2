import { closed, cpu, deliveries, feedAge, gaps, latency, loadCpu, omitted, resident, ticks } from '../columns.ts';
import { medianOf } from '../compare.ts';
import type { Case, Column, Pace, Row, Scenario, Target } from '../scenario.ts';

/** A flush every 5 ms to each of them would be a million deliveries a second. */
const MANY = { label: '5,000 connections, a flush every 5 ms', connections: 5_000 } as const;
/**
 * About twice the ticks that ours can send to them at all, merged into its largest writes: 1,000 connections saturated
 * get 2 KB a millisecond.
 */
const CONFLATED = { label: '1,000 connections, 4 KB every ms, conflate', connections: 1_000 } as const;
const loads = [MANY, CONFLATED];

const growth: Column = { title: 'RSS growth %', digits: 1, value: (each) => 100 * each.rssGrowth };

export const overload: Scenario = {
  name: 'overload',
  title: 'More than can be delivered',
  about:
    'More is offered than the machine can deliver. First in deliveries: the window is stretched, flushes become fewer and ' +
    'larger, and every client still gets every tick. Then in bytes, which no window helps against: under `conflate` ' +
    'everybody gets the last tick of each symbol once a tick is late by more than MAX_WRITE_QUEUE_AGE_MS, half a second here; what ' +
    'is left out counts as omitted. The feed columns hold the whole delay of a tick, the window included. Nothing may ' +
    'grow: RSS of the last quarter against that of the second one.',
  runs: { quick: 1, full: 3 },
  cases: (pace: Pace): Case[] => {
    const times = pace === 'quick' ? { warmUpMs: 500, measureMs: 1_000 } : { warmUpMs: 3_000, measureMs: 12_000 };
    const sized = (connections: number): number => (pace === 'quick' ? connections / 10 : connections);
    const caseOf = ({ label, connections }: (typeof loads)[number], load: Omit<Case['load'], 'connections'>): Case => ({
      label,
      contenders: ['tick-storm'],
      load: { connections: sized(connections), ...load },
      options: { connections: sized(connections), ...times },
    });
    const settings = { SLOW_CONSUMER_POLICY: 'conflate', MAX_WRITE_QUEUE_AGE_MS: '500' };
    return [
      caseOf(MANY, { frameBytes: 128, intervalUs: 5_000 }),
      caseOf(CONFLATED, { frameBytes: 4_096, intervalUs: 1_000, settings }),
    ];
  },
  columns: [deliveries, ticks, cpu, loadCpu, ...latency, ...feedAge, resident, growth, omitted, closed, gaps],
  targets: (rows: readonly Row[]): Target[] =>
    loads.flatMap(({ label }): Target[] => [
      {
        text: `${label}: p99 of the whole delay of a tick, in seconds`,
        value: medianOf(rows, label, 'tick-storm', (each) => (each.feed ? each.feed.p99 / 1e6 : undefined)),
        bound: 2,
        is: 'at most',
      },
      {
        text: `${label}: growth of RSS over the run`,
        value: medianOf(rows, label, 'tick-storm', (each) => each.rssGrowth),
        bound: 0.1,
        is: 'at most',
      },
      {
        text: `${label}: connections closed`,
        value: medianOf(rows, label, 'tick-storm', (each) => each.closed),
        bound: 0,
        is: 'at most',
      },
    ]),
};
