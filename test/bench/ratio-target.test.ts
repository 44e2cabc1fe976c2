import { expect, it } from '@jest/globals';
import type { Measurement } from './measurement.ts';
import { ratioTarget } from './ratio-target.ts';
import type { ContenderName, Row } from './scenario.ts';

function row(contender: ContenderName, ...runs: Partial<Measurement>[]): Row {
  return { label: 'a load', contender, measurements: runs.map((run) => ({ missing: 0, ...run }) as Measurement) };
}
const comparison = {
  label: 'a load',
  what: 'CPU',
  other: 'nats',
  figure: (each: Measurement): number => each.cpuShare,
  offered: 100,
} as const;

it('compares run by run', () => {
  const rows = [row('tick-storm', { cpuShare: 1 }), row('nats', { cpuShare: 4 })];
  expect(ratioTarget(rows, comparison, { bound: 0.5, is: 'at most' })).toEqual({
    text: 'a load: CPU, of NATS’s',
    value: 0.25,
    bound: 0.5,
    is: 'at most',
  });
});

it('says that the load client was the limit', () => {
  const rows = [row('tick-storm', { loadCpuShare: 0.5 }), row('nats', { loadCpuShare: 0.97 })];
  expect(ratioTarget(rows, comparison).note).toBe(
    'the load client was the limit (nats 97 % of its CPU): a bound and not a figure',
  );
});

it('says that the other still delivered what had waited', () => {
  const late = [row('tick-storm', { cpuShare: 1 }), row('nats', { cpuShare: 4, deliveriesPerSecond: 107 })];
  expect(ratioTarget(late, comparison).note).toBe('nats was not steady: it delivered 1.07 of what was offered');
  const steady = [row('tick-storm', { cpuShare: 1 }), row('nats', { cpuShare: 4, deliveriesPerSecond: 100 })];
  expect(ratioTarget(steady, comparison).note).toBeUndefined();
});
