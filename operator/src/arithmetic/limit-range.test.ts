import { describe, expect, it } from '@jest/globals';
import { withDefaults, type LimitRangeItem } from './limit-range-defaults.ts';
import { checkLimitRanges } from './limit-range.ts';
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

  describe('of which several have defaults', () => {
    const scratch = 'ephemeral-storage';
    const defaults = (name: string, amount: string, more: object = {}) => ({
      name,
      limits: [{ type: 'Container', default: { [scratch]: amount }, defaultRequest: { [scratch]: '1Gi' }, ...more }],
    });
    const [small, wide] = [defaults('small', '1Gi'), defaults('wide', '4Gi')];

    it.each([
      ['small first', [small, wide]],
      ['wide first', [wide, small]],
    ])('give those of the first, whose turn is chance: %s', (_, ranges) => {
      const { holds, reason, message } = checkLimitRanges(withScratch, ranges);
      expect({ holds, reason }).toEqual({ holds: false, reason: 'LimitRangesFit' });
      expect(message).toContain(`LimitRanges ${ranges.map(({ name }) => name).join(', ')} have different defaults`);
    });

    it('are in the way where no order of them helps', () => {
      const less = defaults('less', '1500Mi');
      const { holds, message } = checkLimitRanges(withScratch, [small, less]);
      expect(holds).toBe(true);
      expect(message).toContain('LimitRange small gives container scratch a default limit of 1Gi');
    });

    it('are in the way where the maximum of one excludes the default of the other, and its own the request', () => {
      const strict = defaults('strict', '1Gi', { max: { [scratch]: '1Gi' } });
      expect(checkLimitRanges(withScratch, [strict, wide]).holds).toBe(true);
    });

    it('do not stand in the way of what declares all', () => {
      expect(checkLimitRanges(pod, [small, wide]).message).toBe('Every limit range of the namespace admits the pods');
    });

    it('are judged in each way that they can be taken, however many there are', () => {
      const many = Array.from({ length: 30 }, (_, index) =>
        defaults(`r${index}`, `${index}Mi`, {
          default: { [scratch]: `${index}Mi`, cpu: `${index}m`, memory: `${index}Ki` },
          defaultRequest: { [scratch]: `${index}Ki`, 'device/a': `${index}` },
        }),
      );
      const { holds, message } = checkLimitRanges(withScratch, many);
      expect(holds).toBe(true);
      expect(message).toContain('LimitRange r0 gives container scratch a default limit of 0Mi of ephemeral-storage');
    });

    it('are looked at no more often than there is an answer to be hoped for', () => {
      let [looks, checks] = [0, 0];
      const many = Array.from({ length: 100 }, (_, index): { name: string; limits: LimitRangeItem[] } => {
        const item = {
          type: 'Container',
          get default() {
            looks += 1;
            return { [scratch]: `${4 + index}Gi`, 'device/a': `${index}` };
          },
          get max() {
            checks += 1;
            return { [scratch]: '1Ti' };
          },
        };
        return { name: `r${index}`, limits: [item] };
      });
      const open: PodResources = { containers: ['a', 'b', 'c'].map((name) => ({ name })) };
      expect(checkLimitRanges(open, many).message).toContain('too many ways');
      expect(looks).toBe(many.length);
      expect(checks).toBeLessThan(10_000);
    });

    it('are left to chance by the last of many as by the first', () => {
      const many = Array.from({ length: 30 }, (_, index) => defaults(`r${index}`, `${index}Mi`));
      expect(checkLimitRanges(withScratch, many).holds).toBe(true);
      expect(checkLimitRanges(withScratch, [...many, wide])).toMatchObject({
        holds: false,
        message: expect.stringContaining('r29, wide have different defaults'),
      });
      expect(checkLimitRanges(withScratch, [wide, ...many]).holds).toBe(false);
    });

    it('are left to chance where only one order of those of different resources helps', () => {
      const of = (name: string, amounts: object): { name: string; limits: LimitRangeItem[] } => ({
        name,
        limits: [{ type: 'Container', default: { ...amounts } }],
      });
      const request = { cpu: '2', memory: '2Gi', [scratch]: '2Gi' };
      const open: PodResources = { containers: [{ name: 'open', resources: { requests: request } }] };
      const less = { cpu: '1', memory: '1Gi', [scratch]: '1Gi' };
      const small = ['a', 'b', 'c'].map((name) => of(name, less));
      const wide = Object.entries(request).map(([resource, amount]) => of(resource, { [resource]: amount }));
      expect(checkLimitRanges(open, [...small, ...wide]).holds).toBe(false);
      expect(checkLimitRanges(open, [...small, ...wide.slice(1)]).holds).toBe(true);
    });

    it('are no conflict where they are too many to try, and that is said', () => {
      const many = Array.from({ length: 22 }, (_, index) => ({
        name: `r${index}`,
        limits: [{ type: 'Container', default: { [scratch]: '1Gi', [`device-${index >> 1}`]: `${index}` } }],
      }));
      const { holds, reason, message } = checkLimitRanges(withScratch, many);
      expect({ holds, reason }).toEqual({ holds: false, reason: 'LimitRangesFit' });
      expect(message).toContain('too many ways');
    });

    it('fill in each resource from the first that has it, and of its entries from the last', () => {
      const open: PodResources = { containers: [{ name: 'a' }] };
      const first = { name: 'a', limits: [...defaults('', '2Gi').limits, ...defaults('', '3Gi').limits] };
      const second = { name: 'b', limits: [{ type: 'Container', default: { cpu: '1', [scratch]: '9Gi' } }] };
      expect(withDefaults(open, [first, second]).containers[0]?.resources).toEqual({
        limits: { [scratch]: '3Gi', cpu: '1' },
        requests: { [scratch]: '1Gi' },
      });
    });
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
