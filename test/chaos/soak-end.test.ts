import { expect, it } from '@jest/globals';
import type { LiveObject } from './end-state.ts';
import { differences } from './soak-end.ts';

const spec = { drainSeconds: 9, isAutoscaled: false, isQuotaManaged: false };
const NAMES: readonly (readonly [string, string])[] = [
  ['ConfigMap', 't0-config'],
  ['Deployment', 't0'],
  ['PodDisruptionBudget', 't0-pdb'],
  ['Role', 't0-role'],
  ['RoleBinding', 't0-rolebinding'],
  ['Secret', 't0-admin'],
  ['Secret', 't0-auth'],
  ['Service', 't0-headless'],
  ['Service', 't0-service'],
  ['ServiceAccount', 't0'],
  ['LimitRange', 'tick-storm-limits'],
];

function owned(kind: string, name: string, ownerUid = 'u0'): LiveObject {
  const ownerReferences = [{ kind: 'TickStorm', name: 't0', uid: ownerUid }];
  return {
    kind,
    metadata: { name, namespace: 'n', uid: `uid-${kind}-${name}`, resourceVersion: '1', ownerReferences },
  };
}

function tickStorm(drainSeconds: number, observedGeneration: number): LiveObject {
  return {
    kind: 'TickStorm',
    metadata: { name: 't0', namespace: 'n', uid: 'u0', resourceVersion: '1', generation: 2 },
    spec: { server: { drainSeconds } },
    status: { observedGeneration, conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

const exact: readonly LiveObject[] = [tickStorm(9, 2), ...NAMES.map(([kind, name]) => owned(kind, name))];
const judge = (live: readonly LiveObject[]): string[] => differences(new Map([['t0', spec]]), () => 'n', live);

it('finds nothing in an exact end state', () => {
  expect(judge(exact)).toEqual([]);
});

it.each<[string, readonly LiveObject[], string]>([
  ['something is missing', exact.slice(0, -1), 'missing: n LimitRange tick-storm-limits'],
  [
    'something is too many',
    [...exact, owned('ResourceQuota', 'tick-storm-quota')],
    'too many: n ResourceQuota tick-storm-quota',
  ],
  [
    'an object has outlived its owner',
    [...exact.slice(0, -1), owned('LimitRange', 'tick-storm-limits', 'gone')],
    'without an owner: n LimitRange tick-storm-limits',
  ],
  ['a status is of an older spec', [tickStorm(9, 1), ...exact.slice(1)], 'not up to date: n TickStorm t0'],
  ['a spec is not the last one', [tickStorm(8, 2), ...exact.slice(1)], 'not up to date: n TickStorm t0'],
])('says so when %s', (_, live, problem) => {
  expect(judge(live)).toEqual([problem]);
});
