import { describe, expect, it } from '@jest/globals';
import {
  parseCfsQuota,
  parseCgroupPaths,
  parseCount,
  parseCpuMax,
  parseMemoryLimit,
  parseStat,
} from './cgroup-text.ts';

describe('parseCgroupPaths', () => {
  it('reads the unified hierarchy', () => {
    expect(parseCgroupPaths('0::/kubepods.slice/pod1/c1\n')).toEqual({
      unified: '/kubepods.slice/pod1/c1',
      controllers: new Map(),
    });
  });

  it('reads a hierarchy for each controller, several at one, and names that are no controllers', () => {
    const text = '9:name=systemd:/a\n4:memory:/kubepods/pod1/c1\n2:cpu,cpuacct:/b:c\n0::/\n';
    expect(parseCgroupPaths(text)).toEqual({
      unified: '/',
      controllers: new Map([
        ['name=systemd', '/a'],
        ['memory', '/kubepods/pod1/c1'],
        ['cpu', '/b:c'],
        ['cpuacct', '/b:c'],
      ]),
    });
  });
});

describe('the readers of limits', () => {
  it.each([
    ['2147483648\n', 2_147_483_648],
    ['max\n', Infinity],
    ['9223372036854771712\n', Infinity],
    ['', undefined],
    ['-1\n', undefined],
  ])('memory %j', (text, bytes) => expect(parseMemoryLimit(text)).toBe(bytes));

  it.each([
    ['200000 100000\n', 2],
    ['50000 100000\n', 0.5],
    ['max 100000\n', Infinity],
    ['200000 0\n', undefined],
    ['odd', undefined],
  ])('cpu.max %j', (text, cpus) => expect(parseCpuMax(text)).toBe(cpus));

  it.each([
    ['150000\n', '100000\n', 1.5],
    ['-1\n', '100000\n', Infinity],
    ['', '', undefined],
  ])('quota %j of period %j', (quota, period, cpus) => expect(parseCfsQuota(quota, period)).toBe(cpus));
});

describe('parseStat', () => {
  it('finds a key that is the end of another one', () => {
    const text = 'total_inactive_file 7\ninactive_file 5\nsock 3\n';
    expect(['inactive_file', 'total_inactive_file', 'sock', 'file'].map((key) => parseStat(text, key))).toEqual([
      5,
      7,
      3,
      undefined,
    ]);
    expect(parseCount('12a')).toBeUndefined();
  });
});
