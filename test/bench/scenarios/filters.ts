import { cpu, deliveries, gaps, latency, loadCpu, resident } from '../columns.ts';
import { joinedNotes } from '../ratio-target.ts';
import type { Case, Pace, Row, Scenario, Target } from '../scenario.ts';
import { loadLimit, medianRatioOf, type Side } from '../compare.ts';

const SYMBOLS = 1_000;
const counts = [1, 100, 1_000, 10_000] as const;
const labelOf = (count: number): string => (count === 1 ? '1 filter' : `${count.toLocaleString('en')} filters`);

/** Every symbol ticks once a second, 1,000 ticks/s in all; a filter of two symbols matches two of them. */
const feed = {
  FEED_SYMBOLS: Array.from({ length: SYMBOLS }, (_, index) => `S${String(index)}`).join(','),
  FEED_TICK_INTERVAL_MS: '1000',
  BATCH_WINDOW_MS: '5',
} as const;

export const filters: Scenario = {
  name: 'filters',
  title: 'Many different subscriptions',
  about:
    '10,000 connections with 1 to 10,000 different filters of two symbols each on a stream of 1,000 ticks/s. What a ' +
    'flush costs follows from the ticks that match, not from filters × ticks.',
  runs: { quick: 1, full: 3 },
  cases: (pace: Pace): Case[] => {
    const connections = pace === 'quick' ? 200 : 10_000;
    const times = pace === 'quick' ? { warmUpMs: 300, measureMs: 1_200 } : { warmUpMs: 5_000, measureMs: 5_000 };
    return (pace === 'quick' ? [100] : counts).map((count) => ({
      label: labelOf(count),
      contenders: ['tick-storm'],
      load: { connections, frameBytes: 2_048, intervalUs: 5_000, settings: feed },
      options: { connections, ...times, distinct: count, symbol: 'S%ld,S%ld', symbols: SYMBOLS },
    }));
  },
  columns: [deliveries, cpu, loadCpu, ...latency, resident, gaps],
  targets: (rows: readonly Row[]): Target[] => {
    const side = (count: number): Side => ({
      label: labelOf(count),
      contender: 'tick-storm',
      figure: (each) => each.cpuMicrosPerDelivery,
    });
    return [
      {
        text: 'CPU per delivery with 10,000 filters, of that with 100',
        value: medianRatioOf(rows, side(10_000), side(100)),
        note: joinedNotes(...[100, 10_000].map((count) => loadLimit(rows, labelOf(count), ['tick-storm']))),
        bound: 2,
        is: 'at most',
        why: 'with 10,000 nearly every delivery has a frame that is encoded for it alone, with 100 it is one of a hundred',
      },
    ];
  },
};
