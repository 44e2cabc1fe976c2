import { calm, closed, cpu, deliveries, gaps, latency, loadCpu, resident } from '../columns.ts';
import { medianOf } from '../compare.ts';
import type { Case, Column, Pace, Row, Scenario, Target } from '../scenario.ts';

const CONNECTIONS = 1_000;
const policies = ['close', 'conflate', 'drop'] as const;
const labelOf = (policy: string, share: string): string => `${share} stalled, ${policy}`;
const ONE = 'one';
const TENTH = '10 %';

const kernel: Column = { title: 'kernel MB', digits: 1, value: (each) => each.kernelBytes / 1e6 };

export const slow: Scenario = {
  name: 'slow',
  title: 'Clients that do not read',
  about:
    '1,000 connections, a frame every 20 ms; then one of them ceases to read, or 100, under each policy. The figures are of ' +
    'the others: calm before that, the rest from four seconds after it, so that each run is held against itself. Under ' +
    '`conflate` and `drop` the write deadline is out of reach, so that the stalled ones stay to the end. Kernel memory is ' +
    'what TCP buffers and slabs hold at the end, of the whole machine. Closed are connections that the server itself ' +
    'counts as ended; of NATS only what its clients see, and one that does not read does not see its end.',
  runs: { quick: 1, full: 5 },
  cases: (pace: Pace): Case[] => {
    const connections = pace === 'quick' ? 100 : CONNECTIONS;
    const times =
      pace === 'quick'
        ? { warmUpMs: 300, calmMs: 300, stallMs: 300, measureMs: 700 }
        : { warmUpMs: 2_000, calmMs: 8_000, stallMs: 4_000, measureMs: 8_000 };
    const load = { connections, frameBytes: 2_048, intervalUs: 20_000 };
    return policies.flatMap((policy) =>
      [1, connections / 10].map((stalled): Case => {
        const settings: Record<string, string> = { SLOW_CONSUMER_POLICY: policy };
        if (policy !== 'close') settings['WRITE_DEADLINE_MS'] = '600000';
        return {
          label: labelOf(policy, stalled === 1 ? ONE : TENTH),
          contenders: policy === 'close' ? ['tick-storm', 'nats'] : ['tick-storm'],
          load: { ...load, settings },
          options: { connections, stalled, ...times },
        };
      }),
    );
  },
  columns: [deliveries, cpu, loadCpu, ...calm, ...latency, resident, kernel, closed, gaps],
  targets: (rows: readonly Row[]): Target[] =>
    policies.flatMap((policy) =>
      [ONE, TENTH].map((share) => ({
        text: `p99 of the others with ${share} stalled, ${policy}, of what it was before`,
        value: medianOf(rows, labelOf(policy, share), 'tick-storm', ({ latency: after, calm: before }) =>
          after && before ? after.p99 / before.p99 : undefined,
        ),
        bound: 1.2,
        is: 'at most' as const,
      })),
    ),
};
