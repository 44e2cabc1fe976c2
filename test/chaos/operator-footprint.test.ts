import { expect, it } from '@jest/globals';
import { chartMemoryLimitBytes, excessOf } from './operator-footprint.ts';

it('judges an operator by the open files of a healthy one and by the memory limit of the chart', () => {
  const limit = chartMemoryLimitBytes();
  expect(limit % 2 ** 20).toBe(0);
  expect(excessOf({ rssBytes: limit, openFiles: 100 })).toEqual([]);
  expect(excessOf({ rssBytes: limit + 1, openFiles: 101 })).toEqual([
    '101 files are open, 100 at most are to be',
    `${limit + 1} bytes are resident, and the chart's limit is ${limit}`,
  ]);
});
