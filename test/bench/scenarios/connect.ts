import { medianOf } from '../compare.ts';
import type { Case, Pace, Row, Scenario, Target } from '../scenario.ts';

const LABEL = '10,000 at once';

export const connect: Scenario = {
  name: 'connect',
  title: 'Connect, authenticate, subscribe',
  about: 'All clients come at once, 256 handshakes at a time, as after the loss of a pod.',
  runs: { quick: 1, full: 5 },
  cases: (pace: Pace): Case[] => {
    const connections = pace === 'quick' ? 300 : 10_000;
    return [
      {
        label: pace === 'quick' ? '300 at once' : LABEL,
        contenders: ['tick-storm', 'nats'],
        load: { connections, frameBytes: 2_048, intervalUs: 1_000_000 },
        options: { connections, warmUpMs: 100, measureMs: 200, symbol: 'SILENT' },
      },
    ];
  },
  columns: [
    { title: 'connects/s', digits: 0, value: (each) => each.connectsPerSecond },
    { title: 'connected', digits: 0, value: (each) => each.connected },
  ],
  targets: (rows: readonly Row[]): Target[] => [
    {
      text: `${LABEL}: connections ready per second`,
      value: medianOf(rows, LABEL, 'tick-storm', (each) => each.connectsPerSecond),
      bound: 5_000,
      is: 'at least',
    },
  ],
};
