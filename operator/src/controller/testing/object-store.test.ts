import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../runtime/kube-object.ts';
import { FIELD_MANAGER } from '../field-manager.ts';
import { OWNED_KINDS, TICK_STORM } from '../kinds.ts';
import { scaledByKubectl } from './hand.ts';
import { ObjectStore } from './object-store.ts';

const declared = (fields: object): object => ({ metadata: { name: 'demo', namespace: 'n' }, ...fields });

/** What the real API server does (Kubernetes 1.35, by trial) and reconciles go by. */
describe('a stored TickStorm', () => {
  async function stored() {
    const store = new ObjectStore();
    const { apiVersion, kind } = TICK_STORM;
    const spec = { replicas: 1, service: { port: 1 } };
    await store.create(TICK_STORM, 'n', { apiVersion, ...declared({ kind, spec }) });
    const patch = (body: object): Promise<KubeObject> => store.mergePatch(TICK_STORM, 'n', 'demo', body);
    return { store, patch };
  }

  it('has a new generation when its spec changes, whoever changes it and in whatever order its fields stand', async () => {
    const { store, patch } = await stored();
    expect((await patch({ spec: { replicas: 1 } })).metadata.generation).toBe(1);
    expect(store.edit('TickStorm n/demo', { spec: { service: { port: 1 }, replicas: 1 } }).metadata.generation).toBe(1);
    expect((await patch({ spec: { service: { port: 2 } } })).metadata.generation).toBe(2);
    const { metadata, spec } = store.edit('TickStorm n/demo', { spec: { replicas: 2 } });
    expect([metadata.generation, spec]).toEqual([3, { replicas: 2 }]);
  });

  it('has the same when its status, annotations, labels or finalizers do', async () => {
    const { store, patch } = await stored();
    await store.apply(TICK_STORM, 'n', 'demo', declared({ status: { replicas: 1 } }), { subresource: 'status' });
    await patch({ metadata: { annotations: { a: 'b' }, labels: { a: 'b' }, finalizers: ['a'] } });
    const { metadata, status } = (await store.get(TICK_STORM, 'n', 'demo'))!;
    expect(metadata).toMatchObject({ generation: 1, resourceVersion: '3', annotations: { a: 'b' }, finalizers: ['a'] });
    expect(status).toEqual({ replicas: 1 });
    expect((await patch({ metadata: { annotations: { a: null } } })).metadata.annotations).toEqual({});
  });

  it('is not the one that another uid or an old version names, nor one that is gone; beside its status the uid is ignored', async () => {
    const { store, patch } = await stored();
    await expect(patch({ metadata: { resourceVersion: '0' } })).rejects.toThrow('409');
    const refusal = { status: 422, fields: ['metadata.uid'] };
    await expect(patch({ metadata: { uid: 'another' } })).rejects.toMatchObject(refusal);
    const other = { metadata: { name: 'demo', namespace: 'n', uid: 'another' } };
    await expect(store.apply(TICK_STORM, 'n', 'demo', other)).rejects.toMatchObject(refusal);
    const another = { metadata: { name: 'demo', namespace: 'n', uid: 'another' }, status: { replicas: 1 } };
    const told = await store.apply(TICK_STORM, 'n', 'demo', another, { subresource: 'status' });
    expect(told).toMatchObject({ metadata: { uid: 'uid-demo' }, status: { replicas: 1 } });
    const old = { metadata: { name: 'demo', namespace: 'n', resourceVersion: '1' }, status: { replicas: 2 } };
    await expect(store.apply(TICK_STORM, 'n', 'demo', old, { subresource: 'status' })).rejects.toThrow('409');
    await store.delete(TICK_STORM, 'n', 'demo');
    await expect(patch({ spec: {} })).rejects.toThrow('404');
    await expect(store.apply(TICK_STORM, 'n', 'demo', other)).rejects.toThrow('409');
  });
});

it('counts annotations of a Deployment too, and of a ConfigMap nothing', async () => {
  const store = new ObjectStore();
  const annotations = (one: string): object => ({ metadata: { annotations: { a: one } } });
  await store.apply(OWNED_KINDS.Deployment, 'n', 'demo', declared({ kind: 'Deployment', spec: {} }));
  const deployment = await store.mergePatch(OWNED_KINDS.Deployment, 'n', 'demo', annotations('b'));
  expect(deployment.metadata.generation).toBe(2);
  await store.apply(OWNED_KINDS.ConfigMap, 'n', 'demo', declared({ kind: 'ConfigMap', data: {} }));
  const configMap = await store.mergePatch(OWNED_KINDS.ConfigMap, 'n', 'demo', annotations('b'));
  expect(configMap.metadata.generation).toBeUndefined();
});

it('tells whose the fields of a spec are after an apply, where it was told of records', async () => {
  const store = new ObjectStore();
  const type = OWNED_KINDS.Deployment;
  const apply = (replicas: number): Promise<KubeObject> =>
    store.apply(type, 'n', 'demo', declared({ kind: type.kind, spec: { replicas } }), { fieldManager: FIELD_MANAGER });
  expect((await apply(1)).metadata.managedFields).toBeUndefined();
  store.edit('Deployment n/demo', { metadata: { managedFields: scaledByKubectl } });
  expect((await apply(1)).metadata.managedFields).toEqual([
    { manager: FIELD_MANAGER, operation: 'Apply', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
    scaledByKubectl[1],
  ]);
});
