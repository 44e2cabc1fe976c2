import { describe, expect, it } from '@jest/globals';
import type { ContainerMemory } from '../limits/container.ts';
import { LagWindow } from './lag-window.ts';
import type { ProcessSample, SamplerOptions } from './resource-sampler.ts';
import { ResourceSampler } from './resource-sampler.ts';

const MIB = 1_048_576;
const IDLE = { connections: 0, maxConnections: 1, streamDelayMs: 0 };
const processes: ProcessSample[] = [
  { pid: 1, descriptorLimit: 1_000, lagMs: 5 },
  { pid: 2, descriptorLimit: 100, lagMs: 80 },
  { pid: 3, descriptorLimit: Infinity, lagMs: 0 },
];

function sampler(container: ContainerMemory | undefined, options: Partial<SamplerOptions> = {}): ResourceSampler {
  return new ResourceSampler({
    container: { readMemory: () => container },
    sizing: { memoryLimit: 2_048 * MIB, memoryCeiling: 1_536 * MIB },
    maxLagMs: 1_000,
    maxStreamDelayMs: 2_000,
    readAnonymousBytes: (pid) => pid * 100 * MIB,
    countDescriptors: (pid) => pid * 40,
    ...options,
  });
}

describe('ResourceSampler', () => {
  it('reads the process nearest to its descriptors, the largest lag, and the connections of all', () => {
    expect(
      sampler(undefined).sample(processes, { connections: 7, maxConnections: 50, streamDelayMs: 90 }).readings.slice(1),
    ).toEqual([
      { resource: 'descriptors', used: 80, limit: 100 },
      { resource: 'connections', used: 7, limit: 50 },
      { resource: 'event_loop_lag', used: 80, limit: 1_000 },
      { resource: 'stream_delay', used: 90, limit: 2_000 },
    ]);
  });

  it.each([
    [{ workingSet: 1_600 * MIB, sockets: 'unknown' } as const, { used: 1_600 * MIB, limit: 2_048 * MIB }],
    [{ workingSet: 700 * MIB, sockets: 10 } as const, { used: 600 * MIB, limit: 1_536 * MIB }],
    [undefined, { used: 600 * MIB, limit: 1_536 * MIB }],
  ])('holds memory against the limit that is nearer: %j', (container, expected) => {
    const { readings } = sampler(container).sample(processes, IDLE);
    expect(readings[0]).toEqual({ resource: 'memory', ...expected });
  });

  it('reads no memory and no descriptors without limits', () => {
    const sizing = { memoryLimit: undefined, memoryCeiling: undefined };
    const { readings, processBytes } = sampler(undefined, { sizing }).sample([processes[2]!], IDLE);
    expect(readings.map(({ resource }) => resource)).toEqual(['connections', 'event_loop_lag', 'stream_delay']);
    expect(processBytes).toBe(300 * MIB);
  });
});

describe('LagWindow', () => {
  it('takes a lag for what it is only when it lasts for three seconds', () => {
    const window = new LagWindow();
    const lasting = [900, 950, 20, 990, 970, 980].map((lagMs) => {
      window.add(lagMs);
      return window.lastingMs;
    });
    expect(lasting).toEqual([0, 0, 20, 20, 20, 970]);
  });
});
