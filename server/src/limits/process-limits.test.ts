import { describe, expect, it } from '@jest/globals';
import type { Libc } from './libc.ts';
import { refusingLibc } from './libc-fixture.ts';
import { Resource } from './libc.ts';
import { applyProcessLimits } from './process-limits.ts';

type Limits = Map<Resource, { soft: number; hard: number }>;

/** A kernel that refuses what is above the hard limit. */
function fakeLibc(): { libc: Libc; limits: Limits } {
  const limits: Limits = new Map(
    Object.values(Resource).map((resource) => [resource, { soft: Infinity, hard: Infinity }]),
  );
  limits.set(Resource.NOFILE, { soft: 20_000, hard: 20_000 });
  const libc: Libc = {
    ...refusingLibc,
    getLimit: (resource) => limits.get(resource)!,
    setLimit: (resource, limit) => {
      if (limit.soft > limits.get(resource)!.hard) return 'refused';
      limits.set(resource, limit);
      return undefined;
    },
  };
  return { libc, limits };
}

const settings = {
  openFiles: 65_536,
  memoryBytes: 1_610_612_736,
  cpuSeconds: 7_200,
  stackBytes: 8_388_608,
  coreBytes: 0,
};

describe('applyProcessLimits', () => {
  it('says what was asked, what was granted and why not', () => {
    const { libc, limits } = fakeLibc();
    const scope = { role: 'worker', dataBytes: 600_000_000 } as const;
    expect(applyProcessLimits(libc, settings, scope)).toEqual([
      {
        limit: 'open_files',
        asked: 65_536,
        granted: 20_000,
        reason: 'the hard limit is 20000 and may not be raised',
      },
      { limit: 'data_memory', asked: 2_210_612_736, granted: 2_210_612_736 },
      { limit: 'cpu_time', asked: 7_200, granted: 7_200 },
      { limit: 'stack', asked: 8_388_608, granted: 8_388_608 },
      { limit: 'core', asked: 0, granted: 0 },
    ]);
    expect(limits.get(Resource.CPU)).toEqual({ soft: 7_200, hard: Infinity });
  });

  it('leaves alone what was not asked for, and the CPU time of the supervisor', () => {
    const { libc } = fakeLibc();
    const nothing = { openFiles: null, memoryBytes: null, cpuSeconds: 5, stackBytes: null, coreBytes: null };
    const outcomes = applyProcessLimits(libc, nothing, { role: 'supervisor', dataBytes: 0 });
    expect(outcomes.map(({ granted }) => granted)).toEqual([20_000, ...Array<string>(4).fill('unlimited')]);
  });

  it('can lower the descriptors', () => {
    const { libc } = fakeLibc();
    const scope = { role: 'worker', dataBytes: 0 } as const;
    expect(applyProcessLimits(libc, { ...settings, openFiles: 1_024 }, scope)[0]).toEqual({
      limit: 'open_files',
      asked: 1_024,
      granted: 1_024,
    });
  });
});
