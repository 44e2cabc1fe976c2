import { closed, cpu, deliveries, gaps, latency, resident } from '../columns.ts';
import { medianOf } from '../compare.ts';
import type { Case, Column, Pace, Row, Scenario, Target } from '../scenario.ts';

const CONNECTIONS = 1_000;
const labels = { none: 'none stalled', some: '10 % stalled' } as const;

const kernel: Column = { title: 'kernel MB', digits: 1, value: (each) => each.kernelBytes / 1e6 };

export const slow: Scenario = {
  name: 'slow',
  title: 'Clients that do not read',
  about:
    '1,000 connections, a frame every 20 ms; in the second case 100 of them never read. The figures are of the others. ' +
    'Kernel memory is what TCP buffers and slabs hold at the end, of the whole machine.',
  runs: { quick: 1, full: 3 },
  cases: (pace: Pace): Case[] => {
    const connections = pace === 'quick' ? 100 : CONNECTIONS;
    const times = pace === 'quick' ? { warmUpMs: 300, measureMs: 700 } : { warmUpMs: 2_000, measureMs: 8_000 };
    const load = { connections, frameBytes: 2_048, intervalUs: 20_000 };
    return [
      { label: labels.none, contenders: ['tick-storm', 'nats'], load, options: { connections, ...times } },
      {
        label: labels.some,
        contenders: ['tick-storm', 'nats'],
        load,
        options: { connections, stalled: connections / 10, ...times },
      },
    ];
  },
  columns: [deliveries, cpu, ...latency, resident, kernel, closed, gaps],
  targets: (rows: readonly Row[]): Target[] => {
    const p99 = (label: string): number => medianOf(rows, label, 'tick-storm', (each) => each.latency?.p99);
    return [
      {
        text: 'p99 of the others with 10 % stalled, of the p99 without',
        value: p99(labels.some) / p99(labels.none),
        bound: 1.2,
        is: 'at most',
      },
    ];
  },
};
