import { cpu, deliveries, feedAge, gaps, latency, resident, ticks } from '../columns.ts';
import { medianOf } from '../compare.ts';
import type { Case, Column, Pace, Row, Scenario, Target } from '../scenario.ts';

/** A flush every 5 ms to each of them would be a million deliveries a second. */
const CONNECTIONS = 5_000;
const INTERVAL_US = 5_000;
const label = `${CONNECTIONS} connections, a flush every 5 ms`;

const growth: Column = { title: 'RSS growth %', digits: 1, value: (each) => 100 * each.rssGrowth };

export const overload: Scenario = {
  name: 'overload',
  title: 'More than can be delivered',
  about:
    'Far more deliveries are offered than the machine can make: the window is stretched, flushes become fewer and larger, ' +
    'and every client still gets every tick. The feed columns hold the whole delay of a tick, the window included. Nothing ' +
    'may grow: RSS of the last quarter against that of the second one.',
  runs: { quick: 1, full: 3 },
  cases: (pace: Pace): Case[] => {
    const connections = pace === 'quick' ? 500 : CONNECTIONS;
    const times = pace === 'quick' ? { warmUpMs: 500, measureMs: 1_000 } : { warmUpMs: 3_000, measureMs: 12_000 };
    const load = { connections, frameBytes: 128, intervalUs: INTERVAL_US };
    return [{ label, contenders: ['tick-storm'], load, options: { connections, ...times } }];
  },
  columns: [deliveries, ticks, cpu, ...latency, ...feedAge, resident, growth, gaps],
  targets: (rows: readonly Row[]): Target[] => [
    {
      text: 'p99 of the whole delay of a tick, in seconds',
      value: medianOf(rows, label, 'tick-storm', (each) => (each.feed ? each.feed.p99 / 1e6 : undefined)),
      bound: 2,
      is: 'at most',
    },
    {
      text: 'growth of RSS over the run',
      value: medianOf(rows, label, 'tick-storm', (each) => each.rssGrowth),
      bound: 0.1,
      is: 'at most',
    },
  ],
};
