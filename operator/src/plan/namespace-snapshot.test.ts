import { describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../runtime/api-client.ts';
import { ApiError } from '../runtime/api-error.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import type { ResourceType } from '../runtime/resource-type.ts';
import { NamespaceSnapshot } from './namespace-snapshot.ts';

const object = (kind: string, name: string, more: object = {}, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'n', uid: `uid-${name}`, resourceVersion: '7', ...metadata },
  ...more,
});

function clientOf(objects: readonly KubeObject[], refused: readonly string[] = []): Pick<ApiClient, 'list'> {
  return {
    list: async ({ kind }: ResourceType) => {
      if (refused.includes(kind)) throw new ApiError('list', 403, '{}');
      return { metadata: { resourceVersion: '9' }, items: objects.filter((each) => each.kind === kind) };
    },
  };
}

const owner = [{ apiVersion: 'tickstorm.io/v1alpha1', kind: 'TickStorm', name: 'demo', uid: 'uid-demo' }];
const quota = (hard: object) => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'tick-storm-quota', namespace: 'n', labels: {}, ownerReferences: owner },
  spec: { hard },
});
const stored = object(
  'ResourceQuota',
  'tick-storm-quota',
  { spec: { hard: { pods: '10' } }, status: { hard: { pods: '10' }, used: { pods: '3' } } },
  { ownerReferences: owner },
);

const others = { foreignPod: undefined, heldBy: new Map() };

describe('the snapshot of a namespace', () => {
  it('has nodes and the budgets of others, and does without the nodes that it may not list', async () => {
    const objects = [
      object('Node', 'a'),
      object('PodDisruptionBudget', 'all'),
      object(
        'PodDisruptionBudget',
        'demo-pdb',
        {},
        { labels: { 'app.kubernetes.io/managed-by': 'tick-storm-operator' } },
      ),
    ];
    const snapshot = await NamespaceSnapshot.read(clientOf(objects), 'n');
    expect(snapshot.nodes?.map(({ metadata }) => metadata.name)).toEqual(['a']);
    expect(snapshot.budgets.cache.byIndex('foreign', 'n').map(({ metadata }) => metadata.name)).toEqual(['all']);
    expect((await NamespaceSnapshot.read(clientOf(objects, ['Node']), 'n')).nodes).toBeUndefined();
    await expect(NamespaceSnapshot.read(clientOf(objects, ['Pod']), 'n')).rejects.toThrow('403');
  });

  it('takes a TickStorm as it would be, although a dry run gives it the version of what is stored', async () => {
    const snapshot = await NamespaceSnapshot.read(
      clientOf([object('TickStorm', 'demo', { spec: { replicas: 1 } })]),
      'n',
    );
    snapshot.plan(object('TickStorm', 'demo', { spec: { replicas: 5 } }));
    expect(snapshot.tickStorms.cache.get('n', 'demo')?.['spec']).toEqual({ replicas: 5 });
  });

  it('takes the quota as it would be, with what is used of it', async () => {
    const snapshot = await NamespaceSnapshot.read(clientOf([stored]), 'n');
    snapshot.planShared('n', { quota: quota({ pods: '4' }), limits: undefined, ...others });
    expect(snapshot.shared.ResourceQuota.cache.get('n', 'tick-storm-quota')).toMatchObject({
      spec: { hard: { pods: '4' } },
      status: { used: { pods: '3' } },
    });
    const { status } = snapshot.shared.ResourceQuota.cache.get('n', 'tick-storm-quota')!;
    expect(status).not.toHaveProperty('hard');
    snapshot.planShared('n', { quota: undefined, limits: undefined, ...others });
    expect(snapshot.shared.ResourceQuota.cache.size).toBe(0);
  });

  it('takes the quota as it is while a paused TickStorm holds it back', async () => {
    const snapshot = await NamespaceSnapshot.read(clientOf([stored]), 'n');
    const heldBy = new Map([['ResourceQuota', 'demo'] as const]);
    snapshot.planShared('n', { quota: quota({ pods: '4' }), limits: undefined, foreignPod: undefined, heldBy });
    expect(snapshot.shared.ResourceQuota.cache.values()).toEqual([stored]);
  });

  it('leaves a quota of that name that is not ours', async () => {
    const foreign = object('ResourceQuota', 'tick-storm-quota', { spec: { hard: { pods: '1' } } });
    const snapshot = await NamespaceSnapshot.read(clientOf([foreign]), 'n');
    snapshot.planShared('n', { quota: quota({ pods: '4' }), limits: undefined, ...others });
    snapshot.planShared('n', { quota: undefined, limits: undefined, ...others });
    expect(snapshot.shared.ResourceQuota.cache.values()).toEqual([foreign]);
  });
});
