import { expect, it } from '@jest/globals';
import { medianOf, medianRatio, medianRatioOf } from './compare.ts';
import type { Measurement } from './measurement.ts';
import type { ContenderName, Row } from './scenario.ts';

function row(contender: ContenderName, ...runs: Partial<Measurement>[]): Row {
  return { label: 'a load', contender, measurements: runs.map((run) => ({ missing: 0, ...run }) as Measurement) };
}

it('takes the median of the ratios of each round', () => {
  const ours = row('tick-storm', { cpuShare: 1 }, { cpuShare: 4 }, { cpuShare: 9 });
  const floor = row('floor', { cpuShare: 1 }, { cpuShare: 2 }, { cpuShare: 3 });
  expect(medianRatio([ours, floor], 'a load', 'floor', (each) => each.cpuShare)).toBe(2);
  expect(medianOf([ours, floor], 'a load', 'tick-storm', (each) => each.cpuShare)).toBe(4);
});

it('compares nothing with a run that lacked connections', () => {
  const ours = row('tick-storm', { cpuShare: 1 }, { cpuShare: 4, missing: 1 });
  const floor = row('floor', { cpuShare: 1 }, { cpuShare: 2 });
  expect(medianRatio([ours, floor], 'a load', 'floor', (each) => each.cpuShare)).toBeNaN();
});

it('pairs runs of different loads, and leaves out those without the figure', () => {
  const one = row('tick-storm', { cpuShare: 2 }, { cpuShare: 8 }, { cpuShare: 30 });
  const other: Row = { ...row('tick-storm', { cpuShare: 1 }, {}, { cpuShare: 10 }), label: 'another load' };
  const side = { contender: 'tick-storm', figure: (each: Measurement) => each.cpuShare } as const;
  expect(medianRatioOf([one, other], { ...side, label: 'a load' }, { ...side, label: 'another load' })).toBe(2.5);
});
