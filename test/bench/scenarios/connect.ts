import { medianOf, medianRatio } from '../compare.ts';
import type { Case, ContenderName, Pace, Row, Scenario, Target } from '../scenario.ts';

/** More than one process may have descriptors for, so that there are two workers and two load clients. */
const STORM = 20_000;
const PLAIN = '20,000 at once';
const TLS = '20,000 at once, TLS';
const RESUMED = '20,000 at once, TLS resumed';

const kinds = [
  { label: PLAIN, tls: undefined, contenders: ['tick-storm', 'nats'] },
  { label: TLS, tls: 'full', contenders: ['floor', 'tick-storm', 'nats'] },
  { label: RESUMED, tls: 'resumed', contenders: ['tick-storm', 'nats'] },
] as const satisfies readonly {
  label: string;
  tls?: 'full' | 'resumed' | undefined;
  contenders: readonly ContenderName[];
}[];

/** As many as there are descriptors for in the one process of the floor and of nats-server. */
const ONE_PROCESS = 10_000;

export const connect: Scenario = {
  name: 'connect',
  title: 'Connect, authenticate, subscribe',
  about:
    'All clients come at once, 512 handshakes at a time, as after the loss of a pod. The floor only shakes hands: TLS ' +
    '1.3 by OpenSSL with the same key in one thread, and nothing else. Floor and nats-server, one process each, get half as ' +
    'many: a process may have 20,000 descriptors here.',
  runs: { quick: 1, full: 3 },
  cases: (pace: Pace): Case[] =>
    kinds.flatMap(({ label, tls, contenders }) =>
      contenders.map((contender): Case => {
        const most = contender === 'tick-storm' ? STORM : ONE_PROCESS;
        const connections = pace === 'quick' ? 300 : most;
        const load = { connections, frameBytes: 2_048, intervalUs: 1_000_000, settings: { WORKERS: '2' } };
        return {
          label,
          contenders: [contender],
          load: tls ? { ...load, tls } : load,
          options: { connections, warmUpMs: 100, measureMs: 200, symbol: 'SILENT', processes: 2 },
        };
      }),
    ),
  columns: [
    { title: 'connects/s', digits: 0, value: (each) => each.connectsPerSecond },
    { title: 'connected', digits: 0, value: (each) => each.connected },
    { title: 'resumed %', digits: 0, value: (each) => 100 * each.resumedShare },
  ],
  targets: (rows: readonly Row[]): Target[] => [
    {
      text: `${PLAIN}: connections ready per second`,
      value: medianOf(rows, PLAIN, 'tick-storm', (each) => each.connectsPerSecond),
      bound: 5_000,
      is: 'at least',
    },
    {
      text: `${TLS}: connections ready per second, of the handshakes that OpenSSL makes`,
      value: medianRatio(rows, TLS, 'floor', (each) => each.connectsPerSecond),
      bound: 0.7,
      is: 'at least',
    },
    {
      text: `${RESUMED}: share of resumed sessions`,
      value: medianOf(rows, RESUMED, 'tick-storm', (each) => each.resumedShare),
      bound: 0.95,
      is: 'at least',
    },
  ],
};
