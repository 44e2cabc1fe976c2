import { expect, it } from '@jest/globals';
import type { LiveObject } from './end-state.ts';
import type { SoakSpec } from './soak-action.ts';
import { differences, ownDifferences } from './soak-end.ts';
import type { SoakTickStorm } from './soak-model.ts';

const spec: SoakSpec = {
  drainSeconds: 9,
  isAutoscaled: false,
  isQuotaManaged: false,
  deletionPolicy: 'Immediate',
  hasNetworkPolicy: false,
  isMonitored: false,
};
const wanted: SoakTickStorm = { spec, replicas: 0, paused: undefined, isOrphaning: false };
const none: ReadonlyMap<string, SoakTickStorm> = new Map();
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

function unowned(kind: string, name: string, replicas = 0): LiveObject {
  const labels = { 'app.kubernetes.io/instance': 't0' };
  return {
    kind,
    metadata: { name, namespace: 'n', uid: `uid-${kind}-${name}`, resourceVersion: '1', labels },
    ...(kind === 'Deployment' && { spec: { replicas } }),
  };
}

function owned(kind: string, name: string, ownerUid = 'u0', replicas = 0): LiveObject {
  const ownerReferences = [{ kind: 'TickStorm', name: 't0', uid: ownerUid }];
  const object = unowned(kind, name, replicas);
  return { ...object, metadata: { ...object.metadata, ownerReferences } };
}

function tickStorm(drainSeconds: number, observedGeneration: number, deletionPolicy = 'Immediate'): LiveObject {
  return {
    kind: 'TickStorm',
    metadata: { name: 't0', namespace: 'n', uid: 'u0', resourceVersion: '1', generation: 2 },
    spec: { server: { drainSeconds }, deletionPolicy, replicas: 0 },
    status: { observedGeneration, conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

const exact: readonly LiveObject[] = [tickStorm(9, 2), ...NAMES.map(([kind, name]) => owned(kind, name))];
const judge = (live: readonly LiveObject[]): string[] =>
  differences({ present: new Map([['t0', wanted]]), orphaned: none }, () => 'n', live);

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
  [
    'a number that was set by hand has stayed',
    [...exact.filter(({ kind }) => kind !== 'Deployment'), owned('Deployment', 't0', 'u0', 2)],
    'not of 0 pods: n TickStorm t0',
  ],
  ['a policy is not the last one', [tickStorm(9, 2, 'Orphan'), ...exact.slice(1)], 'not up to date: n TickStorm t0'],
])('says so when %s', (_, live, problem) => {
  expect(judge(live)).toEqual([problem]);
});

const keeping: SoakTickStorm = { ...wanted, spec: { ...spec, deletionPolicy: 'Orphan', isAutoscaled: true } };
const left = NAMES.slice(0, -1).map(([kind, name]) => unowned(kind, name));

it('expects what a TickStorm leaves on purpose, without an owner and without its autoscaler', () => {
  const judgeLeft = (live: readonly LiveObject[]): string[] =>
    differences({ present: none, orphaned: new Map([['t0', keeping]]) }, () => 'n', live);
  expect(judgeLeft(left)).toEqual([]);
  expect(judgeLeft(left.slice(1))).toEqual(['missing: n ConfigMap t0-config']);
  expect(judgeLeft([owned('ConfigMap', 't0-config'), ...left.slice(1)])).toEqual([
    'with an owner: n ConfigMap t0-config',
  ]);
  expect(judgeLeft([...left, owned('HorizontalPodAutoscaler', 't0-hpa')])).toEqual([
    'too many: n HorizontalPodAutoscaler t0-hpa',
    'without an owner: n HorizontalPodAutoscaler t0-hpa',
  ]);
});

it('judges one TickStorm without those beside it and what they share', () => {
  const judgeOwn = (live: readonly LiveObject[]): string[] =>
    ownDifferences({ present: new Map([['t0', wanted]]), orphaned: none }, () => 'n', live);
  const others: LiveObject[] = [
    { kind: 'TickStorm', metadata: { name: 't1', namespace: 'n', uid: 'u1', resourceVersion: '1' } },
    { kind: 'Service', metadata: { name: 't1-service', namespace: 'n', uid: 'u2', resourceVersion: '1' } },
  ];
  expect(judgeOwn([...exact.slice(0, -1), ...others])).toEqual([]);
  expect(judgeOwn([...exact, unowned('ConfigMap', 't0-dashboard')])).toEqual([
    'too many: n ConfigMap t0-dashboard',
    'without an owner: n ConfigMap t0-dashboard',
  ]);
});
