import { expect, it, jest } from '@jest/globals';
import { timedReport } from '../cluster/report.ts';
import { ControlPlane } from './control-plane.ts';
import { excessOf } from './operator-footprint.ts';
import { Soak } from './soak.ts';

jest.setTimeout(600_000);

it('60 TickStorms at random for 40 s under faults: the end state is exact, nothing leaks', async () => {
  const soak = new Soak({
    controlPlane: ControlPlane.find(),
    seed: 1,
    resources: 60,
    seconds: 40,
    report: timedReport('soak'),
  });
  const result = await soak.run();
  expect(result.writesAfterEnd).toBe(0);
  process.stderr.write(`soak: ${Math.round(result.rssBytes / 2 ** 20)} MiB resident, ${result.openFiles} open files\n`);
  expect(excessOf(result)).toEqual([]);
  expect(Object.values(result.faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(50);
});
