import { expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { operatorNodeArguments } from './node-arguments.ts';

it("the operator's heap is bounded by half of the memory that it may have", () => {
  const script = `
    const most = Math.min(process.constrainedMemory() || Infinity, require('node:os').totalmem());
    console.log(require('node:v8').getHeapStatistics().heap_size_limit / most);
  `;
  const { stdout, stderr } = spawnSync(process.execPath, [...operatorNodeArguments(), '-e', script], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(Number(stdout)).toBeCloseTo(0.5, 1);
});
