import { cpu, deliveries, gaps, latency, loadCpu, proportional, resident } from '../columns.ts';
import { medianOf } from '../compare.ts';
import type { Case, Pace, Row, Scenario, Target } from '../scenario.ts';

const CONNECTIONS = 100_000;
/** One process may have 20,000 descriptors on many machines. */
const PROCESSES = 6;
const INTERVAL_US = 8_000_000;
const LABEL = '100,000 every 8 s';

export const hundredThousand: Scenario = {
  name: 'hundred-thousand',
  title: '100,000 connections',
  about:
    'Six workers and six load clients, because of the limit of descriptors; a frame of 2 KB for everybody every 8 s.',
  runs: { quick: 1, full: 1 },
  cases: (pace: Pace): Case[] => {
    const connections = pace === 'quick' ? 1_200 : CONNECTIONS;
    const intervalUs = pace === 'quick' ? 500_000 : INTERVAL_US;
    return [
      {
        label: pace === 'quick' ? '1,200 every 0.5 s' : LABEL,
        contenders: ['tick-storm'],
        load: {
          connections,
          frameBytes: 2_048,
          intervalUs,
          settings: { WORKERS: String(PROCESSES), MAX_CONNECTIONS: String(2 * CONNECTIONS) },
        },
        options: {
          connections,
          processes: PROCESSES,
          warmUpMs: pace === 'quick' ? 500 : 10_000,
          measureMs: pace === 'quick' ? 1_500 : 64_000,
        },
      },
    ];
  },
  columns: [
    { title: 'connected', digits: 0, value: (each) => each.connected },
    deliveries,
    cpu,
    loadCpu,
    ...latency,
    resident,
    proportional,
    { title: 'kernel B each', digits: 0, value: (each) => each.kernelPerConnection },
    gaps,
  ],
  targets: (rows: readonly Row[]): Target[] => [
    {
      text: `${LABEL}: connected`,
      value: medianOf(rows, LABEL, 'tick-storm', (each) => each.connected),
      bound: CONNECTIONS,
      is: 'at least',
    },
    {
      text: `${LABEL}: CPU % of one core`,
      value: medianOf(rows, LABEL, 'tick-storm', (each) => 100 * each.cpuShare),
      bound: 70,
      is: 'at most',
    },
    {
      text: `${LABEL}: deliveries/s, of those offered (a hundredth is the edges of the measurement)`,
      value: medianOf(
        rows,
        LABEL,
        'tick-storm',
        (each) => each.deliveriesPerSecond / ((CONNECTIONS * 1e6) / INTERVAL_US),
      ),
      bound: 0.99,
      is: 'at least',
    },
    {
      text: `${LABEL}: RSS of all processes in MB, what they share counted in each`,
      value: medianOf(rows, LABEL, 'tick-storm', (each) => each.rssBytes / 1e6),
      bound: 450,
      is: 'at most',
      why: 'seven processes have the program’s own pages in common, and each is counted with them',
    },
    {
      text: `${LABEL}: RSS in MB, shared pages counted once (PSS)`,
      value: medianOf(rows, LABEL, 'tick-storm', (each) => each.pssBytes / 1e6),
      bound: 450,
      is: 'at most',
      why: 'each of the seven processes has an engine of its own, beside what its connections take',
    },
    {
      text: `${LABEL}: PSS and kernel sockets under load, in MiB`,
      value: medianOf(
        rows,
        LABEL,
        'tick-storm',
        // Half of the kernel's part belongs to the clients' ends.
        (each) => (each.pssBytes + each.kernelBytes / 2) / 2 ** 20,
      ),
      bound: 1_024,
      is: 'at most',
      why: 'the memory of the processes; the kernel’s part is what it is for anybody',
    },
  ],
};
