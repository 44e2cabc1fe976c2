import { medianOf, medianRatio } from '../compare.ts';
import type { Case, Column, Pace, Row, Scenario, Target } from '../scenario.ts';

/** The descriptor limit of one process is 20,000 on many machines. */
const CONNECTIONS = 19_000;
const LABEL = '19,000 idle';

const per = (title: string, which: 'rssPerConnection' | 'pssPerConnection' | 'kernelPerConnection'): Column => ({
  title,
  digits: 0,
  value: (each) => each[which],
});

export const memory: Scenario = {
  name: 'memory',
  title: 'Memory of a connection',
  about:
    'What connections add to a process that has had some before and has none: authenticated and subscribed, and ' +
    'silent, once the memory is steady. One worker holds them all. The kernel’s part is of both ends.',
  runs: { quick: 1, full: 3 },
  cases: (pace: Pace): Case[] => {
    const connections = pace === 'quick' ? 500 : CONNECTIONS;
    return [
      {
        label: pace === 'quick' ? '500 idle' : LABEL,
        contenders: ['tick-storm', 'nats'],
        load: {
          connections,
          frameBytes: 2_048,
          intervalUs: 10_000_000,
          // With the usual 90 % a descriptor limit of 20,000 has room for 18,000.
          settings: { WORKERS: '1', MONITOR_HARD_PERCENT: '99' },
        },
        // A symbol that the feed does not have: accepted, and silent.
        options: { connections, warmUpMs: 200, measureMs: 500, symbol: 'SILENT', isMemoryMeasured: pace === 'full' },
      },
    ];
  },
  columns: [
    per('RSS B each', 'rssPerConnection'),
    per('PSS B each', 'pssPerConnection'),
    per('kernel B each', 'kernelPerConnection'),
    { title: 'RSS MB', digits: 1, value: (each) => each.rssBytes / 1e6 },
    { title: 'connected', digits: 0, value: (each) => each.connected },
  ],
  targets: (rows: readonly Row[]): Target[] => [
    {
      text: `${LABEL}: RSS bytes of a connection`,
      value: medianOf(rows, LABEL, 'tick-storm', (each) => each.rssPerConnection),
      bound: 2_500,
      is: 'at most',
      why: 'the worker keeps a session and counts of each; the supervisor knows whose each is, for the limits of addresses and users',
    },
    {
      text: `${LABEL}: RSS of a connection, of NATS's`,
      value: medianRatio(rows, LABEL, 'nats', (each) => each.rssPerConnection),
      bound: 0.06,
      is: 'at most',
    },
  ],
};
