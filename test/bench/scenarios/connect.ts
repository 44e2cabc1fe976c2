import { whileConnecting } from '../columns.ts';
import { loadLimit, medianOf } from '../compare.ts';
import { allowed, handshakeRate } from '../handshake-rate.ts';
import { contenderCpus, type Placement } from '../placement.ts';
import { joinedNotes, ratioTarget } from '../ratio-target.ts';
import type { Case, ContenderName, Facts, Pace, Row, Scenario, Target } from '../scenario.ts';

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

/** Facts: what `openssl speed` gives per second on the contender's CPU. */
const SIGNS = 'signs';
const DERIVES = 'derives';

/** As many as there are descriptors for in the one process of the floor and of nats-server. */
const ONE_PROCESS = 10_000;

export const connect: Scenario = {
  name: 'connect',
  title: 'Connect, authenticate, subscribe',
  about:
    'All clients come at once, 512 handshakes at a time, as after the loss of a pod. The floor only shakes hands: TLS ' +
    '1.3 by OpenSSL with the same key in one thread, and nothing else. Floor and nats-server, one process each, get half as ' +
    'many: a process may have 20,000 descriptors here. Ready is the time from a connection’s beginning until it is ' +
    'subscribed; both shares of CPU are of the time in which connections are made.',
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
    ...whileConnecting,
  ],
  async findFacts(placement: Placement): Promise<Facts> {
    const rate = await handshakeRate(contenderCpus(placement, { isOnOneCpu: true }));
    return rate ? { [SIGNS]: rate.signs, [DERIVES]: rate.derives } : {};
  },
  targets: (rows: readonly Row[], facts: Facts): Target[] => [
    {
      text: `${PLAIN}: connections ready per second`,
      value: medianOf(rows, PLAIN, 'tick-storm', (each) => each.connectsPerSecond),
      note: limit(rows, PLAIN, ['tick-storm']),
      bound: 5_000,
      is: 'at least',
      why: 'part of a login is that the connection gives its stream up, for a smaller memory afterwards',
    },
    ...tlsTargets(rows, facts),
    {
      text: `${RESUMED}: share of resumed sessions`,
      value: medianOf(rows, RESUMED, 'tick-storm', (each) => each.resumedShare),
      bound: 0.95,
      is: 'at least',
    },
  ],
};

/** Whether the load client was the limit while connections were made. */
function limit(rows: readonly Row[], label: string, contenders: readonly ContenderName[]): string | undefined {
  return loadLimit(rows, label, contenders, (each) => each.readyLoadCpuShare);
}

function tlsTargets(rows: readonly Row[], facts: Facts): Target[] {
  const rates = { signs: facts[SIGNS] ?? Number.NaN, derives: facts[DERIVES] ?? Number.NaN };
  const most = allowed(rates);
  const perSecond = (contender: ContenderName): number =>
    medianOf(rows, TLS, contender, (each) => each.connectsPerSecond);
  const speed = `signs ${rates.signs.toFixed(0)} times a second and derives ${rates.derives.toFixed(0)} times`;
  return [
    {
      text: `${TLS}: connections ready per second, of the signatures with key exchanges that openssl speed makes on that CPU`,
      value: perSecond('tick-storm') / most,
      bound: 0.7,
      is: 'at least',
      why: Number.isNaN(perSecond('floor') / most)
        ? undefined
        : `a handshake is more than these two: the floor, OpenSSL in C, makes ${(perSecond('floor') / most).toFixed(2)} of them`,
      note: Number.isNaN(most)
        ? 'there is no openssl(1), or it does not say'
        : joinedNotes(`openssl ${speed}: ${most.toFixed(0)} of both`, limit(rows, TLS, ['tick-storm'])),
    },
    {
      ...ratioTarget(rows, {
        label: TLS,
        what: 'connections ready per second',
        other: 'floor',
        figure: (each) => each.connectsPerSecond,
      }),
      note: limit(rows, TLS, ['tick-storm', 'floor']),
    },
  ];
}
