import { describe, expect, it } from '@jest/globals';
import type { TickStormSpecInput } from '../api/v1alpha1/spec.ts';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { withDefaults, type LimitRangeView } from '../arithmetic/limit-range-defaults.ts';
import { checkLimitRanges } from '../arithmetic/limit-range.ts';
import { allContainers, declared } from '../arithmetic/pod-resources.ts';
import { buildPodSpec } from './pod-template.ts';
import { sharedMembers } from './shared-members.ts';
import { buildSharedLimits } from './shared-limits.ts';
import { buildSharedQuota } from './shared-quota.ts';
import { podSizes } from '../controller/pod-sizes.ts';
import { trusted } from '../runtime/trusted.ts';

function tickStorm(name: string, spec: TickStormSpecInput): TickStorm {
  const parsed = parseTickStorm({ metadata: { name, namespace: 'market', uid: `uid-${name}` }, spec });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

const podContext = { serverImage: 'image:1', allowsHostLevel: false };
const quotaOf = (tickStorms: TickStorm[]) => buildSharedQuota('market', sharedMembers(tickStorms, 'quota', true));
const limitRangeOf = (tickStorms: TickStorm[]) =>
  buildSharedLimits('market', sharedMembers(tickStorms, 'limitRange', true), (defaults) =>
    podSizes(
      tickStorms.map((tickStorm) => buildPodSpec(tickStorm, podContext)),
      defaults,
    ),
  );

describe('the shared quota', () => {
  it('is the sum over the TickStorms that ask for one, and belongs to these', () => {
    const quota = quotaOf([
      tickStorm('b', { quota: { hard: { 'requests.memory': '512Mi', 'requests.cpu': '1500m' } } }),
      tickStorm('a', {}),
      tickStorm('c', { quota: { mode: 'None' } }),
    ]);
    expect(quota?.['spec']).toEqual({
      hard: {
        'requests.cpu': '11500m',
        'requests.memory': '20992Mi',
        'limits.cpu': '40',
        'limits.memory': '80Gi',
        pods: '20',
      },
    });
    expect(quota?.metadata.ownerReferences?.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(quota?.metadata.ownerReferences?.every(({ controller }) => controller === undefined)).toBe(true);
  });

  it('is the same in whatever order the TickStorms come', () => {
    const members = [tickStorm('a', {}), tickStorm('b', {})];
    expect(buildSharedQuota('market', members)).toEqual(buildSharedQuota('market', members.toReversed()));
  });

  it('is not there when nobody asks for it', () => {
    expect(quotaOf([tickStorm('c', { quota: { mode: 'None' } })])).toBeUndefined();
    expect(quotaOf([])).toBeUndefined();
  });

  it('is what it is fixed to, of several the least, whatever the others declare', () => {
    const fixed = (name: string, pods: string) => tickStorm(name, { quota: { mode: 'Fixed', hard: { pods } } });
    expect(quotaOf([tickStorm('a', {}), fixed('b', '12'), fixed('c', '9')])?.['spec']).toMatchObject({
      hard: { pods: '9', 'limits.cpu': '20' },
    });
  });

  it('is not there by default where it would bind the pods of others', () => {
    const members = [tickStorm('a', {}), tickStorm('b', { quota: { mode: 'Managed' } })];
    expect(sharedMembers(members, 'quota', false).map(({ metadata }) => metadata.name)).toEqual(['b']);
    expect(sharedMembers(members, 'limitRange', false)).toEqual([]);
  });
});

describe('the shared limit range', () => {
  const limitsOf = (members: TickStorm[]) =>
    trusted<{ limits: Record<string, unknown>[] }>(limitRangeOf(members)?.['spec']).limits;

  it('never refuses a pod of its own TickStorms', () => {
    const [container, pod] = limitsOf([
      tickStorm('a', {}),
      tickStorm('b', {
        resources: { limits: { cpu: 16, memory: '512Mi' }, requests: { cpu: '50m', memory: '128Mi' } },
      }),
    ]);
    expect(container).toMatchObject({ max: { cpu: '16', memory: '4Gi' }, min: { cpu: '50m', memory: '128Mi' } });
    expect(pod).toMatchObject({ max: { cpu: '16', memory: '8Gi' } });
  });

  it.each<[string, Record<string, unknown>]>([
    [
      'a small sidecar',
      {
        containers: [
          { name: 'x', resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '64Mi' } } },
        ],
      },
    ],
    ['a large one', { containers: [{ name: 'x', resources: { limits: { cpu: '7', memory: '7Gi' } } }] }],
    [
      'one that declares nothing, and one that runs before the server',
      {
        containers: [{ name: 'x' }, { name: 'y' }, { name: 'z' }],
        initContainers: [{ name: 'i', resources: { limits: { cpu: '20', 'ephemeral-storage': '9Gi' } } }],
      },
    ],
    [
      'one that requests more than the default limit, and declares none',
      { containers: [{ name: 'x', resources: { requests: { cpu: '3', memory: '6Gi' } } }] },
    ],
  ])('never refuses a pod with %s', (_, spec) => {
    const members = [tickStorm('a', { podTemplate: { spec } }), tickStorm('b', {})];
    const limits = trusted<LimitRangeView['limits']>(limitsOf(members));
    const ranges = [{ name: 'tick-storm-limits', limits }];
    for (const member of members) {
      const pod = withDefaults(buildPodSpec(member, podContext), ranges);
      for (const container of allContainers(trusted(pod))) {
        // Else the API server refuses it, whatever the limit range says.
        const has = (bound: 'limits' | 'requests', resource: string): bigint =>
          declared(container, bound, resource) ?? 0n;
        const tooMuch = ['cpu', 'memory'].filter((resource) => has('requests', resource) > has('limits', resource));
        expect(tooMuch).toEqual([]);
      }
      expect(checkLimitRanges(trusted(pod), ranges).message).toBe('Every limit range of the namespace admits the pods');
    }
  });

  it('carries defaults for containers only', () => {
    const [container, pod] = limitsOf([tickStorm('a', {})]);
    expect(container).toMatchObject({ type: 'Container', default: { cpu: '2000m' }, defaultRequest: { cpu: '500m' } });
    expect(Object.keys(pod ?? {}).toSorted()).toEqual(['max', 'type']);
  });

  it('counts the pods of TickStorms that ask for none', () => {
    const [container] = limitsOf([
      tickStorm('a', {}),
      tickStorm('b', { limitRange: { mode: 'None' }, resources: { requests: { cpu: '10m' } } }),
    ]);
    expect(container).toMatchObject({ min: { cpu: '10m' } });
    expect(limitRangeOf([tickStorm('b', { limitRange: { mode: 'None' } })])).toBeUndefined();
  });
});
