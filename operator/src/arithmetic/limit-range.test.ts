import { describe, expect, it } from '@jest/globals';
import { checkLimitRanges, withDefaults, type LimitRangeItem } from './limit-range.ts';
import type { PodResources } from './pod-resources.ts';

const pod: PodResources = {
  containers: [
    {
      name: 'tick-storm',
      resources: { limits: { cpu: '2', memory: '2Gi' }, requests: { cpu: '500m', memory: '1Gi' } },
    },
  ],
};
const withScratch: PodResources = {
  containers: [...pod.containers, { name: 'scratch', resources: { requests: { 'ephemeral-storage': '2Gi' } } }],
};
const range = (...limits: LimitRangeItem[]) => [{ name: 'team', limits }];

describe('the limit ranges of a namespace', () => {
  it.each<[string, LimitRangeItem, string | undefined]>([
    ['a wide maximum', { type: 'Container', max: { cpu: '2000m' } }, undefined],
    [
      'a container maximum',
      { type: 'Container', max: { memory: '1Gi' } },
      'LimitRange team admits at most 1Gi of memory, and the pods have limits.memory of 2Gi in container tick-storm',
    ],
    [
      'a minimum',
      { type: 'Container', min: { cpu: '600m' } },
      'admits at least 600m of cpu, and the pods have requests.cpu of 500m in container tick-storm',
    ],
    ['a pod maximum', { type: 'Pod', max: { cpu: '1' } }, 'limits.cpu of 2 in the pod'],
    ['a maximum of what is not declared', { type: 'Container', max: { 'ephemeral-storage': '1Gi' } }, 'no amount'],
    ['a ratio', { type: 'Container', maxLimitRequestRatio: { cpu: '3' } }, 'a ratio of at most 3 of cpu'],
    ['a ratio that fits', { type: 'Container', maxLimitRequestRatio: { cpu: '4' } }, undefined],
    ['a pod maximum of what no container declares', { type: 'Pod', max: { 'ephemeral-storage': '1Gi' } }, 'no amount'],
    [
      'a default limit below a declared request',
      { type: 'Container', default: { 'ephemeral-storage': '1Gi' } },
      'LimitRange team gives container scratch a default limit of 1Gi of ephemeral-storage, which is below its request of 2Gi',
    ],
    ['volume claims', { type: 'PersistentVolumeClaim', max: { storage: '1Gi' } }, undefined],
  ])('%s', (what, item, expected) => {
    const { holds, reason, message } = checkLimitRanges(/default/.test(what) ? withScratch : pod, range(item));
    expect({ holds, reason }).toEqual(
      expected === undefined
        ? { holds: false, reason: 'LimitRangesFit' }
        : { holds: true, reason: 'PodBreaksLimitRange' },
    );
    expect(message).toContain(expected ?? 'Every limit range');
  });

  it('do not see the overhead of a runtime class', () => {
    const item = { type: 'Pod', max: { cpu: '2' } };
    expect(checkLimitRanges({ ...pod, overhead: { cpu: '250m' } }, range(item)).reason).toBe('LimitRangesFit');
  });

  it('fill in what containers leave open', () => {
    const open: PodResources = { containers: [{ name: 'a', resources: { limits: { cpu: '2' } } }, { name: 'b' }] };
    const item = { type: 'Container', default: { cpu: '1', memory: '1Gi' }, defaultRequest: { cpu: '100m' } };
    expect(withDefaults(open, range(item)).containers.map(({ resources }) => resources)).toEqual([
      { limits: { cpu: '2', memory: '1Gi' }, requests: { cpu: '2' } },
      { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m' } },
    ]);
  });
});
