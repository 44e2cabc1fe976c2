import { cpu, deliveries, gaps, latency, loadCpu, resident } from '../columns.ts';
import { medianOf } from '../compare.ts';
import type { Case, Pace, Row, Scenario, Target } from '../scenario.ts';

const LABEL = '1,000 every 20 ms, 30 min';

export const soak: Scenario = {
  name: 'soak',
  title: 'Half an hour',
  about: '1,000 connections, a frame every 20 ms for 30 minutes: memory and descriptors stay as they are.',
  runs: { quick: 1, full: 1 },
  cases: (pace: Pace): Case[] => {
    const connections = pace === 'quick' ? 100 : 1_000;
    return [
      {
        label: pace === 'quick' ? '100 every 20 ms, 3 s' : LABEL,
        contenders: ['tick-storm'],
        load: { connections, frameBytes: 2_048, intervalUs: 20_000 },
        options: {
          connections,
          warmUpMs: pace === 'quick' ? 300 : 60_000,
          measureMs: pace === 'quick' ? 3_000 : 1_800_000,
        },
      },
    ];
  },
  columns: [
    deliveries,
    cpu,
    loadCpu,
    ...latency,
    resident,
    { title: 'RSS growth %', digits: 1, value: (each) => 100 * each.rssGrowth },
    { title: 'descriptors +', digits: 0, value: (each) => each.descriptorGrowth },
    gaps,
  ],
  targets: (rows: readonly Row[]): Target[] => [
    {
      text: `${LABEL}: deliveries/s, of those offered (a thousandth is the edges of the measurement)`,
      value: medianOf(rows, LABEL, 'tick-storm', (each) => each.deliveriesPerSecond / 50_000),
      bound: 0.999,
      is: 'at least',
    },
    {
      text: `${LABEL}: RSS of the last quarter, above the second quarter's, in %`,
      value: medianOf(rows, LABEL, 'tick-storm', (each) => 100 * each.rssGrowth),
      bound: 5,
      is: 'at most',
    },
    {
      text: `${LABEL}: descriptors more at the end`,
      value: medianOf(rows, LABEL, 'tick-storm', (each) => each.descriptorGrowth),
      bound: 0,
      is: 'at most',
    },
    {
      text: `${LABEL}: gaps`,
      value: medianOf(rows, LABEL, 'tick-storm', (each) => each.gaps),
      bound: 0,
      is: 'at most',
    },
  ],
};
