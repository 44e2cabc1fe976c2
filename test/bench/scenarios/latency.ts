import { cpu, feedAge, gaps, latency as latencyColumns, loadCpu } from '../columns.ts';
import { medianOf } from '../compare.ts';
import type { Case, Pace, Row, Scenario, Target } from '../scenario.ts';

const counts = [50, 100, 200, 500] as const;
const labelOf = (connections: number): string => `${connections} every 5 ms`;

export const latency: Scenario = {
  name: 'latency',
  title: 'From flush to receipt',
  about:
    'One flush to N connections costs N sends, so every figure belongs to its N and stands beside the floor’s. ' +
    'The feed columns count from a tick’s own time and hold the batch window of 5 ms.',
  runs: { quick: 1, full: 5 },
  cases: (pace: Pace): Case[] => {
    const times = pace === 'quick' ? { warmUpMs: 300, measureMs: 700 } : { warmUpMs: 5_000, measureMs: 5_000 };
    return (pace === 'quick' ? counts.slice(0, 1) : counts).map((connections) => ({
      label: labelOf(connections),
      contenders: ['floor', 'tick-storm', 'nats'],
      load: { connections, frameBytes: 2_048, intervalUs: 5_000 },
      options: { connections, ...times },
    }));
  },
  columns: [...latencyColumns, ...feedAge, cpu, loadCpu, gaps],
  targets: (rows: readonly Row[]): Target[] =>
    (
      [
        ['p50', 1_000],
        ['p95', 2_000],
      ] as const
    ).map(([quantile, bound]) => ({
      text: `${labelOf(100)}: ${quantile} in µs`,
      value: medianOf(rows, labelOf(100), 'tick-storm', (each) => each.latency?.[quantile]),
      bound,
      is: 'at most',
    })),
};
