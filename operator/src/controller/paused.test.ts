import { describe, expect, it } from '@jest/globals';
import type { Condition, TickStormStatus } from '../api/v1alpha1/status.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';
import { setup } from './testing/reconciler-setup.ts';

const TICK_STORM = 'TickStorm n/demo';
const DEPLOYMENT = 'Deployment n/demo';
const PAUSED = { 'tickstorm.io/paused': 'all' };
const foreign = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'demo-config' } };

/** A TickStorm whose pods have come up, and which can be changed and looked at. */
async function running(spec: object = {}, prepare: (store: Map<string, KubeObject>) => void = () => undefined) {
  const fixed = { autoscaling: { mode: 'Disabled' }, replicas: 2, ...spec };
  const { reconciler, store, tickStorms, owned } = setup(fixed);
  prepare(store.objects);
  const statusNow = (): TickStormStatus => trusted(store.objects.get(TICK_STORM)?.['status'] ?? {});
  const reconcile = async (): Promise<void> => {
    await reconciler.reconcile('n/demo');
    const made = store.objects.get(DEPLOYMENT);
    if (made === undefined) return;
    const { replicas } = trusted<{ replicas: number }>(made['spec']);
    const { generation } = made.metadata;
    if (trusted<{ observedGeneration?: number } | undefined>(made['status'])?.observedGeneration === generation) return;
    const status = { observedGeneration: generation, replicas, readyReplicas: replicas, updatedReplicas: replicas };
    owned.Deployment.observe(store.edit(DEPLOYMENT, { status }));
  };
  /** Changes what is declared. */
  const declare = (changes: object, annotations: Record<string, string> = PAUSED): void => {
    const spec = { ...trusted<object>(store.objects.get(TICK_STORM)?.['spec']), ...changes };
    tickStorms.observe(store.edit(TICK_STORM, { metadata: { annotations }, spec }));
  };
  const condition = (type: string): Condition | undefined =>
    statusNow().conditions?.find((candidate) => candidate.type === type);
  await reconcile();
  await reconcile();
  return { reconcile, declare, condition, status: statusNow, objects: store.objects };
}

describe('while all is paused', () => {
  it('a service that is as declared says what it said before, and that it is paused', async () => {
    const { reconcile, declare, status } = await running({
      autoscaling: { mode: 'Enabled', minReplicas: 2, schedules: [] },
    });
    const { conditions = [], ...others } = status();
    expect(conditions.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'True',
      reason: 'AllReplicasReady',
    });
    declare({});
    await reconcile();
    const now = status();
    expect(now).toMatchObject(others);
    expect(now.conditions?.filter(({ type }) => type !== 'Paused')).toEqual(conditions);
    expect(now.conditions?.find(({ type }) => type === 'Paused')).toMatchObject({ status: 'True' });
  });

  it.each<[string, object, Record<string, string>]>([
    ['of the pods', { image: 'image:2' }, {}],
    ['of their number', { replicas: 5 }, {}],
    ['of anything else', { service: { type: 'NodePort' } }, {}],
    ['by an annotation', {}, { 'tickstorm.io/hibernate': 'true' }],
    ['by another annotation', {}, { 'tickstorm.io/restarted-at': 'now' }],
  ])('a change %s is not taken for one that was made', async (_, changes, annotations) => {
    const { reconcile, declare, condition, status, objects } = await running();
    const before = { ...status() };
    const made = objects.get(DEPLOYMENT);
    declare(changes, { ...PAUSED, ...annotations });
    for (let look = 0; look < 2; look += 1) {
      await reconcile();
      expect(objects.get(DEPLOYMENT)).toBe(made);
      expect(condition('Ready')).toMatchObject({ status: 'Unknown', reason: 'NotApplied' });
      // What waits for the change (kubectl wait, kstatus) goes on waiting.
      expect(status()).toMatchObject({ observedGeneration: 1, version: before.version });
      expect(condition('CredentialsReady')).toEqual(before.conditions?.find(({ type }) => type === 'CredentialsReady'));
    }
    declare({}, annotations);
    await reconcile();
    await reconcile();
    expect(condition('Ready')).toMatchObject({ status: 'True' });
    expect(status().observedGeneration).toBe(Object.keys(changes).length > 0 ? 2 : 1);
  });

  it('one that was made paused says that nothing has been made of it', async () => {
    const { reconcile, declare, condition, status, objects } = await running({}, (all) => {
      const live = all.get(TICK_STORM)!;
      Object.assign(live.metadata, { annotations: PAUSED });
    });
    expect(objects.has(DEPLOYMENT)).toBe(false);
    expect(condition('Ready')).toMatchObject({ status: 'Unknown', reason: 'NotApplied' });
    expect(status()).not.toHaveProperty('observedGeneration');
    declare({}, {});
    await reconcile();
    await reconcile();
    expect(condition('Ready')).toMatchObject({ status: 'True' });
  });

  it('what stood in the way still does', async () => {
    const { reconcile, declare, condition, objects } = await running({}, (all) =>
      all.set('ConfigMap n/demo-config', foreign),
    );
    const before = condition('Stalled');
    expect(before).toMatchObject({ status: 'True', reason: 'ResourceConflict' });
    declare({});
    for (let look = 0; look < 2; look += 1) {
      await reconcile();
      expect(condition('Stalled')).toEqual(before);
      expect(condition('Ready')).toMatchObject({ status: 'False', reason: 'ResourceConflict' });
    }
    objects.delete('ConfigMap n/demo-config');
    declare({}, {});
    await reconcile();
    await reconcile();
    expect(condition('Stalled')).toBeUndefined();
  });

  it('a Secret that is missing is told as before, and a certificate is looked for', async () => {
    const tls = { mode: 'CertManager', issuerRef: { name: 'ca' } };
    const monitoring = { serviceMonitor: { mode: 'Enabled' } };
    const { reconcile, declare, condition } = await running({
      auth: { secretRef: { name: 'given' } },
      tls,
      monitoring,
    });
    const types = ['CredentialsReady', 'TLSReady', 'MonitoringReady', 'Ready'] as const;
    const before = types.map((type) => condition(type));
    expect(before.map((found) => found?.reason)).toEqual([
      'SecretNotFound',
      'CertManagerMissing',
      'MonitoringKindsMissing',
      'SecretNotFound',
    ]);
    declare({});
    await reconcile();
    expect(types.map((type) => condition(type))).toEqual(before);
  });

  it('objects that were not made are not said to be there', async () => {
    const { reconcile, declare, condition } = await running();
    declare({ monitoring: { dashboard: { mode: 'Enabled' } } });
    await reconcile();
    expect(condition('MonitoringReady')).toBeUndefined();
    declare({}, {});
    await reconcile();
    const made = condition('MonitoringReady');
    expect(made).toMatchObject({ status: 'True', reason: 'MonitoringApplied' });
    declare({ monitoring: { dashboard: { mode: 'Enabled' }, serviceMonitor: { mode: 'Enabled' } } });
    await reconcile();
    expect(condition('MonitoringReady')).toMatchObject({ status: 'False', reason: 'MonitoringKindsMissing' });
  });
});
