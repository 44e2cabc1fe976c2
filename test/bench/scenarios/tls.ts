import { fanoutColumns } from '../columns.ts';
import { medianRatioOf } from '../compare.ts';
import { ratioTarget } from '../ratio-target.ts';
import type { Case, ContenderName, Pace, Row, Scenario, Target } from '../scenario.ts';
import { saturation } from './saturation.ts';

const FRAME_BYTES = 2_048;
const PLAIN = '1,000 every 20 ms, plain';
const EQUAL = '1,000 every 20 ms, TLS';
const SATURATED = '1,000 saturated, TLS';
const all: readonly ContenderName[] = ['floor', 'tick-storm', 'nats'];

export const tls: Scenario = {
  name: 'tls',
  title: 'One frame to everybody over TLS',
  about:
    'The loads of `fanout` over TLS 1.3, where every connection has a cipher of its own, beside the same load without. ' +
    'The floor encrypts with OpenSSL in C.',
  runs: { quick: 1, full: 3 },
  cases: (pace: Pace): Case[] => {
    const times = pace === 'quick' ? { warmUpMs: 300, measureMs: 700 } : { warmUpMs: 5_000, measureMs: 5_000 };
    const connections = pace === 'quick' ? 100 : 1_000;
    const options = { connections, ...times };
    const load = { connections, frameBytes: FRAME_BYTES, intervalUs: 20_000 };
    const cases: Case[] = [
      { label: PLAIN, contenders: ['floor', 'tick-storm'], load, options },
      { label: EQUAL, contenders: all, load: { ...load, tls: 'full' }, options },
      {
        label: SATURATED,
        contenders: all,
        load: { ...load, intervalUs: 0, settings: saturation(FRAME_BYTES), tls: 'full' },
        options,
      },
    ];
    return pace === 'quick' ? cases.slice(1, 2) : cases;
  },
  columns: fanoutColumns,
  targets: (rows: readonly Row[]): Target[] => [
    ratioTarget(
      rows,
      { label: EQUAL, what: 'CPU', other: 'nats', figure: (each) => each.cpuShare },
      { bound: 1, is: 'at most' },
    ),
    ratioTarget(rows, {
      label: EQUAL,
      what: 'CPU per delivery',
      other: 'floor',
      figure: (each) => each.cpuMicrosPerDelivery,
    }),
    ofPlain(rows, 'tick-storm', `${EQUAL}: CPU per delivery, of the same without TLS`),
    ofPlain(rows, 'floor', `${EQUAL}: the floor’s CPU per delivery, of the same without TLS`),
  ],
};

function ofPlain(rows: readonly Row[], contender: ContenderName, text: string): Target {
  const side = { contender, figure: (each: Row['measurements'][number]) => each.cpuMicrosPerDelivery };
  return {
    text,
    value: medianRatioOf(rows, { ...side, label: EQUAL }, { ...side, label: PLAIN }),
    is: 'information',
  };
}
