import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ControlPlane } from '../chaos/control-plane.ts';
import { timedReport } from '../cluster/report.ts';
import { figureCells } from '../bench/table.ts';
import type { ContenderName } from './contender.ts';
import { FIGURES, targets } from './figures.ts';
import { measureContender } from './measure-contender.ts';
import { ensurePeer } from './peer-program.ts';
import { allRequests, workWrites } from './request-counts.ts';
import { addMeasurement, newResults } from './results.ts';

// Shows that the bench itself works: both operators bring everything about, and the figures are plausible. Says
// nothing about what anything costs.

// A cold build of the peer takes minutes.
jest.setTimeout(600_000);

const COUNT = 5;
const contenders = ['tick-storm', 'controller-runtime'] as const satisfies readonly ContenderName[];
const results = newResults('npm test', 'quick');

beforeAll(async () => {
  const report = timedReport('bench');
  const peer = await ensurePeer(report);
  for (const name of contenders) {
    const options = { name, peer, count: COUNT, restSeconds: 3, pace: 'quick', report, isShared: true } as const;
    addMeasurement(results, name, await measureContender(ControlPlane.find(), options));
  }
});

describe.each(contenders)('%s', (name) => {
  const measurement = () => results.rows.find(({ contender }) => contender === name)!.measurements[0]!;

  it('makes every object, with few requests more', () => {
    const { converge } = measurement();
    expect(converge.seconds).toBeGreaterThan(0);
    // Twelve objects each, and a status.
    expect(workWrites(converge.requests)).toBeGreaterThanOrEqual(13 * COUNT);
    expect(allRequests(converge.requests)).toBeLessThan(40 * COUNT + 100);
  });

  it('writes nothing when there is nothing to do', () => {
    const { secondPass, steady, restart } = measurement();
    expect([secondPass, steady, restart].map(({ requests }) => workWrites(requests))).toEqual([0, 0, 0]);
  });

  it('repairs, and hands over', () => {
    const { driftMs, sigtermMs } = measurement();
    expect(driftMs).toHaveLength(4);
    expect(sigtermMs).toHaveLength(1);
    for (const ms of [...driftMs, ...sigtermMs]) expect(ms).toBeGreaterThan(0);
  });

  it('uses memory and CPU', () => {
    const { memory, converge } = measurement();
    expect(memory.rssBytes).toBeGreaterThan(10e6);
    // The kernel's own count of the most may lag a little behind what a walk over the pages finds.
    expect(memory.peakBytes).toBeGreaterThan(0.98 * memory.rssBytes);
    expect(converge.cpuSeconds).toBeGreaterThan(0);
  });
});

it('tells all of it in tables', () => {
  for (const figures of FIGURES) expect(figureCells(figures, results.rows)).toHaveLength(1 + contenders.length);
  const measured = targets(results.rows);
  expect(measured.filter(({ value }) => Number.isNaN(value))).toEqual([]);
});
