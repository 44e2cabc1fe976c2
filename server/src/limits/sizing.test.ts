import { describe, expect, it } from '@jest/globals';
import type { Surroundings } from './sizing.ts';
import { sizeServer } from './sizing.ts';

const GIB = 1_073_741_824;

const guide: Surroundings = {
  parallelism: 16,
  cpus: 2,
  containerBytes: 2 * GIB,
  workers: null,
  memoryLimit: null,
  memoryCeiling: null,
  heapMib: null,
};
const bare: Surroundings = { ...guide, cpus: Infinity, containerBytes: Infinity };

describe('sizeServer', () => {
  it('makes of 2 GiB and 2 CPUs what the guide says: 1.5 GiB of processes, 1,400 MiB of heap', () => {
    const sizing = sizeServer(guide);
    expect(sizing).toEqual({ workers: 2, memoryLimit: 2 * GIB, memoryCeiling: 1.5 * GIB, workerHeapMib: 525 });
    // Two workers of 525 and a quarter for the supervisor.
    expect((2 * sizing.workerHeapMib!) / 0.75).toBe(1_400);
    expect(sizeServer({ ...guide, memoryCeiling: 1_610_612_736 })).toEqual(sizing);
  });

  it.each([
    [0.5, 1],
    [1, 1],
    [1.5, 2],
    [2.0, 2],
    [40, 16],
    [Infinity, 16],
  ])('of a quota of %d CPUs makes %d workers', (cpus, workers) => {
    expect(sizeServer({ ...guide, cpus }).workers).toBe(workers);
  });

  it('lets WORKERS and MEMORY_LIMIT go before the container', () => {
    expect(sizeServer({ ...guide, workers: 5, memoryLimit: GIB })).toEqual({
      workers: 5,
      memoryLimit: GIB,
      memoryCeiling: 0.75 * GIB,
      workerHeapMib: 105,
    });
  });

  it('bounds the heaps by a low ceiling, not by a high one', () => {
    expect(sizeServer({ ...guide, memoryCeiling: 0.75 * GIB }).workerHeapMib).toBe(262);
    expect(sizeServer({ ...guide, memoryCeiling: 8 * GIB }).workerHeapMib).toBe(525);
    expect(sizeServer({ ...bare, memoryCeiling: 1.5 * GIB }).workerHeapMib).toBe(65);
  });

  it('leaves the heaps to NODE_OPTIONS where they are set there', () => {
    expect(sizeServer({ ...guide, heapMib: 466 })).toEqual({ ...sizeServer(guide), workerHeapMib: 466 });
  });

  it('never starves a worker, and bounds nothing without a limit', () => {
    expect(sizeServer({ ...guide, containerBytes: GIB / 8, workers: 8 }).workerHeapMib).toBe(64);
    expect(sizeServer(bare)).toEqual({
      workers: 16,
      memoryLimit: undefined,
      memoryCeiling: undefined,
      workerHeapMib: undefined,
    });
  });
});
