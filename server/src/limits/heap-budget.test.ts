import { describe, expect, it } from '@jest/globals';
import { workerHeapMib } from './heap-budget.ts';

describe('workerHeapMib', () => {
  it('gives the workers of a 2 GiB container their part of 1,400 MB', () => {
    expect(workerHeapMib(2_147_483_648, 2)).toBe(525);
    expect(workerHeapMib(2_147_483_648, 1)).toBe(1_050);
  });

  it('never starves a worker, and sets nothing without a limit', () => {
    expect(workerHeapMib(134_217_728, 8)).toBe(64);
    expect(workerHeapMib(undefined, 2)).toBeUndefined();
  });
});
