import { fanoutColumns } from '../columns.ts';
import { medianRatio } from '../compare.ts';
import type { Case, ContenderName, Pace, Row, Scenario, Target } from '../scenario.ts';
import { SATURATION } from './saturation.ts';

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
    const load = { connections, frameBytes: 2_048, intervalUs: 20_000 };
    const cases: Case[] = [
      { label: PLAIN, contenders: ['tick-storm'], load, options },
      { label: EQUAL, contenders: all, load: { ...load, tls: 'full' }, options },
      {
        label: SATURATED,
        contenders: all,
        load: { ...load, intervalUs: 0, settings: SATURATION, tls: 'full' },
        options,
      },
    ];
    return pace === 'quick' ? cases.slice(1, 2) : cases;
  },
  columns: fanoutColumns,
  targets: (rows: readonly Row[]): Target[] => [
    {
      text: `${EQUAL}: CPU, of NATS's`,
      value: medianRatio(rows, EQUAL, 'nats', (each) => each.cpuShare),
      bound: 1,
      is: 'at most',
    },
  ],
};
