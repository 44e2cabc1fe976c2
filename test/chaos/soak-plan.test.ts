import { expect, it } from '@jest/globals';
import type { SoakSpec } from './soak-action.ts';
import { SoakModel } from './soak-model.ts';
import { soakEnd, soakPlan } from './soak-plan.ts';

const spec: SoakSpec = {
  drainSeconds: 9,
  isAutoscaled: false,
  isQuotaManaged: false,
  deletionPolicy: 'Immediate',
  hasNetworkPolicy: false,
  isMonitored: false,
};
const keeping: SoakSpec = { ...spec, deletionPolicy: 'Orphan' };

it('plans the same actions for the same seed, makes every TickStorm once, and does all that can be done', () => {
  const plan = soakPlan(3, 60, 180);
  expect(soakPlan(3, 60, 180)).toEqual(plan);
  expect(soakPlan(4, 60, 180)).not.toEqual(plan);
  expect(new Set(plan.flatMap((action) => (action.kind === 'apply' ? [action.name] : []))).size).toBe(60);
  expect(new Set(plan.map(({ kind }) => kind))).toEqual(
    new Set(['apply', 'delete', 'drop', 'edit', 'scale', 'pause', 'delete-namespace', 'delete-crd']),
  );
  expect(plan.filter(({ kind }) => kind === 'delete-crd')).toHaveLength(1);
});

it.each([1, 2, 3, 4, 5])('leaves nothing paused, some TickStorms and the objects of others with seed %i', (seed) => {
  const { present, orphaned } = soakEnd(soakPlan(seed, 60, 180));
  expect([...present.values()].filter(({ paused }) => paused !== undefined)).toEqual([]);
  expect(present.size).toBeGreaterThan(0);
  expect(present.size).toBeLessThan(60);
  expect(orphaned.size).toBeGreaterThan(0);
});

it.each([1, 2, 3, 4, 5])('deletes nothing of which nobody knows what stays, with seed %i', (seed) => {
  const model = new SoakModel();
  for (const action of soakPlan(seed, 60, 180)) {
    const goes = action.kind === 'delete' ? [model.present.get(action.name)!] : [];
    const doomed = action.kind === 'delete-crd' ? [...model.present.values()] : goes;
    expect(doomed.filter(({ paused, isOrphaning }) => isOrphaning && paused !== undefined)).toEqual([]);
    model.perform(action);
  }
});

it('knows what stays of a TickStorm', () => {
  const model = new SoakModel();
  model.perform({ kind: 'apply', name: 't0', spec });
  model.perform({ kind: 'apply', name: 't1', spec: keeping });
  model.perform({ kind: 'scale', name: 't1', replicas: 2 });
  model.perform({ kind: 'delete-crd' });
  const kept = { spec: keeping, replicas: 2, paused: undefined, isOrphaning: true };
  expect([...model.present]).toEqual([]);
  expect([...model.orphaned]).toEqual([['t1', kept]]);
  // Made anew it takes its objects back: those that it has not taken yet would stay once more.
  model.perform({ kind: 'apply', name: 't1', spec });
  expect([...model.present]).toEqual([['t1', { spec, replicas: 0, paused: undefined, isOrphaning: true }]]);
  model.perform({ kind: 'delete', name: 't1' });
  expect([...model.present, ...model.orphaned]).toEqual([]);
});

it('knows that a namespace takes everything with it, and a hand sets nothing where an autoscaler does', () => {
  const model = new SoakModel();
  for (const name of ['t0', 't30', 't31']) model.perform({ kind: 'apply', name, spec: keeping });
  model.perform({ kind: 'delete', name: 't30' });
  model.perform({ kind: 'delete-namespace', namespace: 'soak-1' });
  expect([...model.present.keys()]).toEqual(['t0']);
  expect([...model.orphaned.keys()]).toEqual([]);
  model.perform({ kind: 'apply', name: 't0', spec: { ...spec, isAutoscaled: true } });
  model.perform({ kind: 'scale', name: 't0', replicas: 2 });
  expect(model.present.get('t0')?.replicas).toBeUndefined();
});
