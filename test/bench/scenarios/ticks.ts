import { cpu, deliveries, gaps, latency, loadCpu, omitted, ticks as ticksColumn } from '../columns.ts';
import { medianOf } from '../compare.ts';
import type { Case, Pace, Row, Scenario, Target } from '../scenario.ts';

const MILLION = '1,000 × 1,000 ticks/s';
const BURST = '100 × 10,000 ticks/s, 10 s';

const symbols = (count: number): string => Array.from({ length: count }, (_, index) => `S${String(index)}`).join(',');

export const ticks: Scenario = {
  name: 'ticks',
  title: 'Ticks per second',
  about:
    'A million ticks a second in all, 33 to a frame; and 10,000 ticks a second of feed for ten seconds, none lost.',
  runs: { quick: 1, full: 3 },
  cases: (pace: Pace): Case[] => {
    const isQuick = pace === 'quick';
    const million: Case = {
      label: MILLION,
      contenders: ['tick-storm'],
      load: {
        connections: isQuick ? 100 : 1_000,
        frameBytes: 2_048,
        intervalUs: 33_000,
        settings: { FEED_SYMBOLS: symbols(33), FEED_TICK_INTERVAL_MS: '33' },
      },
      options: {
        connections: isQuick ? 100 : 1_000,
        warmUpMs: isQuick ? 300 : 5_000,
        measureMs: isQuick ? 700 : 5_000,
      },
    };
    const burst: Case = {
      label: BURST,
      contenders: ['tick-storm'],
      load: {
        connections: 100,
        frameBytes: 2_048,
        intervalUs: 5_000,
        settings: { FEED_SYMBOLS: symbols(100), FEED_TICK_INTERVAL_MS: '10' },
      },
      options: { connections: 100, warmUpMs: 300, measureMs: isQuick ? 1_000 : 10_000 },
    };
    return [million, burst];
  },
  columns: [ticksColumn, deliveries, cpu, loadCpu, ...latency, omitted, gaps],
  targets: (rows: readonly Row[]): Target[] => [
    {
      text: `${MILLION}: ticks/s (a hundredth is the edges of the measurement)`,
      value: medianOf(rows, MILLION, 'tick-storm', (each) => each.ticksPerSecond),
      bound: 990_000,
      is: 'at least',
    },
    {
      text: `${MILLION}: CPU % of one core`,
      value: medianOf(rows, MILLION, 'tick-storm', (each) => 100 * each.cpuShare),
      bound: 40,
      is: 'at most',
    },
    {
      text: `${BURST}: ticks/s in all (a hundredth is the edges of the measurement)`,
      value: medianOf(rows, BURST, 'tick-storm', (each) => each.ticksPerSecond),
      bound: 990_000,
      is: 'at least',
    },
    {
      text: `${BURST}: gaps`,
      value: medianOf(rows, BURST, 'tick-storm', (each) => each.gaps),
      bound: 0,
      is: 'at most',
    },
    {
      text: `${BURST}: ticks left out`,
      value: medianOf(rows, BURST, 'tick-storm', (each) => each.omitted),
      bound: 0,
      is: 'at most',
    },
  ],
};
