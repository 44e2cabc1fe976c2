import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TickStormStatus } from '../api/v1alpha1/status.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';
import { handScalingOf } from './hand-scaling.ts';
import { SHARED_KINDS, TICK_STORM } from './kinds.ts';
import { PackedTemplate } from './template-record.ts';
import { scaledByKubectl, takenOverFromKubectl } from './testing/hand.ts';
import type { ObjectStore } from './testing/object-store.ts';
import { setup } from './testing/reconciler-setup.ts';

const lastTransitionTime = '2026-01-02T03:04:05Z';

/** Holds what is written until nothing more is asked for without an answer. @returns what was asked for together */
function inWaves(store: ObjectStore): string[][] {
  const waves: string[][] = [];
  let wave: { readonly keys: string[]; readonly isOver: Promise<unknown> } | undefined;
  const apply = store.apply.bind(store);
  store.apply = async (type, namespace, name, body) => {
    if (wave === undefined) {
      const keys: string[] = [];
      waves.push(keys);
      wave = { keys, isOver: nextTurn().then(() => (wave = undefined)) };
    }
    wave.keys.push(`${type.kind} ${name}`);
    await wave.isOver;
    return await apply(type, namespace, name, body);
  };
  return waves;
}

describe('InstanceReconciler', () => {
  it('makes what bounds the pods before them, and writes each object and the status once', async () => {
    const { reconciler, store } = setup({ networkPolicy: { mode: 'Enabled' } });
    await reconciler.reconcile('n/demo');
    const order = [...store.objects.keys()].map((key) => key.split(' ')[0]);
    expect(order.indexOf('NetworkPolicy')).toBeLessThan(order.indexOf('Deployment'));
    // The Deployment's controller has time to take it up before the status tells of it.
    expect(order.indexOf('Deployment')).toBeLessThan(order.indexOf('Service'));
    // The TickStorm was there already.
    expect(store.version).toBe(store.objects.size);
  });

  it('asks at once for all that the pods wait for, and for nothing before what it needs', async () => {
    const { reconciler, store } = setup({ networkPolicy: { mode: 'Enabled' } });
    const waves = inWaves(store);
    await reconciler.reconcile('n/demo');
    expect(waves.map((wave) => wave.toSorted((a, b) => a.localeCompare(b)))).toEqual([
      [
        'ConfigMap demo-config',
        'NetworkPolicy demo-netpol',
        'Role demo-role',
        'Secret demo-admin',
        'Secret demo-auth',
        'ServiceAccount demo',
      ],
      ['Deployment demo', 'RoleBinding demo-rolebinding'],
      // One by one: time for the Deployment's controller.
      ['Service demo-service'],
      ['Service demo-headless'],
      ['PodDisruptionBudget demo-pdb'],
      ['TickStorm demo'],
      ['HorizontalPodAutoscaler demo-hpa'],
    ]);
  });

  it('tells every object that could not be written, always in the same order, and makes the others', async () => {
    const { reconciler, store } = setup({});
    const refused = new Set(['ServiceAccount', 'RoleBinding', 'Service']);
    const apply = store.apply.bind(store);
    let failures = 0;
    store.apply = async (type, namespace, name, body) => {
      if (!refused.has(type.kind)) return await apply(type, namespace, name, body);
      failures += 1;
      // They overtake one another differently each time.
      if (failures % 2 === 0) await nextTurn();
      throw new Error(`no ${type.kind} ${name}`);
    };
    const told =
      'no ServiceAccount demo; no RoleBinding demo-rolebinding; no Service demo-service; no Service demo-headless';
    for (let look = 0; look < 3; look += 1) {
      await expect(reconciler.reconcile('n/demo')).rejects.toThrow(told);
      expect(conditionOf(store, 'Ready')).toMatchObject({ reason: 'ApplyFailed', message: told });
    }
    for (const key of ['Secret n/demo-auth', 'ConfigMap n/demo-config', 'Role n/demo-role', 'Deployment n/demo']) {
      expect([...store.objects.keys()]).toContain(key);
    }
  });

  it('comes back in time to make a Secret anew that was deleted, which no watch tells', async () => {
    const { reconciler, store, clock } = setup({});
    const { requeueAfterMs = Number.POSITIVE_INFINITY } = await reconciler.reconcile('n/demo');
    expect(store.objects.has('Secret n/demo-auth')).toBe(true);
    store.objects.delete('Secret n/demo-auth');
    clock.nowMs = requeueAfterMs;
    await reconciler.reconcile('n/demo');
    expect(store.objects.has('Secret n/demo-auth')).toBe(true);
    expect(requeueAfterMs).toBeLessThan(6 * 60_000);
  });

  it('does not come back every second when a new leader had to look at Secrets before their time', async () => {
    const { reconciler, tickStorms, clock } = setup({});
    const declare = (generation: number): void => {
      const known = tickStorms.cache.getByKey('n/demo')!;
      const conditions = Object.entries({ Ready: 'AllReplicasReady', CredentialsReady: 'SecretGenerated' }).map(
        ([type, reason]) => ({ type, status: 'True', reason, message: '', observedGeneration: 1, lastTransitionTime }),
      );
      const metadata = { ...known.metadata, generation, resourceVersion: `declared ${generation}` };
      tickStorms.cache.upsert({ ...known, metadata, status: { observedGeneration: 1, conditions } });
    };
    declare(1);
    await reconciler.reconcile('n/demo');
    declare(2);
    await reconciler.reconcile('n/demo');
    clock.nowMs = 10 * 60_000;
    await reconciler.reconcile('n/demo');
    const { requeueAfterMs } = await reconciler.reconcile('n/demo');
    expect(requeueAfterMs).toBeGreaterThan(60_000);
  });

  it.each([
    ['ConfigMap n/demo-config', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'demo-config' } }],
    ['Secret n/demo-admin', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'demo-admin' } }],
    ['Secret n/demo-auth', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'demo-auth' } }],
  ])('starts no pod that would read a foreign %s, and says so', async (key, foreign) => {
    const { reconciler, store } = setup({});
    store.objects.set(key, foreign);
    await reconciler.reconcile('n/demo');
    expect(store.objects.get(key)).toBe(foreign);
    expect(store.objects.has('Deployment n/demo')).toBe(false);
    expect(store.objects.has('Service n/demo-service')).toBe(true);
    const { conditions } = trusted<TickStormStatus>(store.objects.get('TickStorm n/demo')?.['status']);
    expect(conditions).toContainEqual(
      expect.objectContaining({
        type: 'Stalled',
        reason: 'ResourceConflict',
        message: expect.stringContaining(key.slice(0, 5)),
      }),
    );
  });

  describe('a number of pods that was set on the Deployment by hand', () => {
    const fixed = { autoscaling: { mode: 'Disabled' }, replicas: 2 };
    const numberOf = (store: ObjectStore, key: string): unknown =>
      trusted<{ replicas: number }>(store.objects.get(key)?.['spec']).replicas;

    /** Sets a number in the store; the operator does not know of it yet. */
    const setByHand = ({ store }: ReturnType<typeof setup>, replicas: number): KubeObject => {
      const { spec } = store.objects.get('Deployment n/demo')!;
      const edit = { metadata: { managedFields: scaledByKubectl }, spec: { ...trusted<object>(spec), replicas } };
      return store.edit('Deployment n/demo', edit);
    };

    async function scaledByHand() {
      const parts = setup(fixed);
      await parts.reconciler.reconcile('n/demo');
      parts.owned.Deployment.observe(setByHand(parts, 5));
      return parts;
    }

    it('becomes the number of the TickStorm', async () => {
      const { reconciler, store, tickStorms } = await scaledByHand();
      await reconciler.reconcile('n/demo');
      expect(tickStorms.cache.getByKey('n/demo')?.['spec']).toMatchObject({ replicas: 5 });
      expect(numberOf(store, 'Deployment n/demo')).toBe(5);
    });

    it('becomes that of a TickStorm whose autoscaler, which it was set against, was turned off before the next look', async () => {
      const parts = setup({ autoscaling: { mode: 'Enabled', minReplicas: 1, maxReplicas: 2 }, replicas: 1 });
      const { reconciler, store, owned, tickStorms } = parts;
      await reconciler.reconcile('n/demo');
      owned.Deployment.observe(setByHand(parts, 2));
      const off = { autoscaling: { mode: 'Disabled' }, replicas: 0 };
      tickStorms.observe(store.edit('TickStorm n/demo', { spec: off }));
      await reconciler.reconcile('n/demo');
      expect(numberOf(store, 'TickStorm n/demo')).toBe(2);
      expect(numberOf(store, 'Deployment n/demo')).toBe(2);
    });

    it.each([
      ['is ours again, with the number that it had', (dealtWith: KubeObject) => dealtWith],
      [
        'was made anew',
        ({ metadata, ...rest }: KubeObject) => ({ ...rest, metadata: { ...metadata, uid: 'uid-anew' } }),
      ],
      ['is gone', () => undefined],
    ])(
      'is not taken over by who sees it late: what was declared since holds, and the Deployment, which %s',
      async (_, become) => {
        const { reconciler, store, tickStorms } = await scaledByHand();
        const key = 'Deployment n/demo';
        // The former leader deals with it, and the user goes on.
        const dealtWith = become(store.edit(key, { metadata: { managedFields: takenOverFromKubectl } }));
        if (dealtWith === undefined) store.objects.delete(key);
        else store.objects.set(key, dealtWith);
        const declared = { ...fixed, replicas: 0 };
        tickStorms.observe(store.edit('TickStorm n/demo', { spec: declared }));
        await reconciler.reconcile('n/demo');
        expect(numberOf(store, 'TickStorm n/demo')).toBe(0);
        expect(store.objects.get(key)).toBe(dealtWith);
      },
    );

    it('is not taken over where it is dealt with, and another one declared, before the write', async () => {
      const { reconciler, store } = await scaledByHand();
      const mergePatch = store.mergePatch.bind(store);
      store.mergePatch = async (...call) => {
        store.mergePatch = mergePatch;
        store.edit('Deployment n/demo', { metadata: { managedFields: takenOverFromKubectl } });
        store.edit('TickStorm n/demo', { spec: { ...fixed, replicas: 0 } });
        return await mergePatch(...call);
      };
      await reconciler.reconcile('n/demo');
      expect(numberOf(store, 'TickStorm n/demo')).toBe(0);
    });

    it('is not put back while nobody can say whether it still stands', async () => {
      const { reconciler, store } = await scaledByHand();
      const before = store.objects.get('Deployment n/demo');
      const get = store.get.bind(store);
      store.get = async (type, ...rest) => {
        if (type.kind === 'Deployment') throw new Error('out of order');
        return await get(type, ...rest);
      };
      await expect(reconciler.reconcile('n/demo')).rejects.toThrow('out of order');
      expect(numberOf(store, 'TickStorm n/demo')).toBe(2);
      expect(store.objects.get('Deployment n/demo')).toBe(before);
      store.get = get;
      await reconciler.reconcile('n/demo');
      expect(numberOf(store, 'TickStorm n/demo')).toBe(5);
    });

    it('becomes ours where it is the one that there was before the restart, so that others can be declared', async () => {
      const before = setup(fixed);
      await before.reconciler.reconcile('n/demo');
      setByHand(before, 2);
      const { reconciler, store, owned, tickStorms } = setup(fixed);
      for (const [key, object] of before.store.objects) store.objects.set(key, object);
      store.version = before.store.version;
      tickStorms.observe(store.objects.get('TickStorm n/demo')!);
      owned.Deployment.observe(store.objects.get('Deployment n/demo')!);
      await reconciler.reconcile('n/demo');
      const restored = store.objects.get('Deployment n/demo');
      expect(handScalingOf(restored)).toBeUndefined();
      await reconciler.reconcile('n/demo');
      expect(store.objects.get('Deployment n/demo')).toBe(restored);
      tickStorms.observe(store.edit('TickStorm n/demo', { spec: { ...fixed, replicas: 4 } }));
      await reconciler.reconcile('n/demo');
      expect(numberOf(store, 'TickStorm n/demo')).toBe(4);
      expect(numberOf(store, 'Deployment n/demo')).toBe(4);
    });

    it('is left alone where it replaces another one while that is taken over, and becomes it then', async () => {
      const parts = await scaledByHand();
      const { reconciler, store, owned, tickStorms } = parts;
      const mergePatch = store.mergePatch.bind(store);
      store.mergePatch = async (...call) => {
        store.mergePatch = mergePatch;
        const written = await mergePatch(...call);
        setByHand(parts, 7);
        return written;
      };
      await reconciler.reconcile('n/demo');
      expect(numberOf(store, 'Deployment n/demo')).toBe(7);
      owned.Deployment.observe(store.objects.get('Deployment n/demo')!);
      await reconciler.reconcile('n/demo');
      expect(numberOf(store, 'Deployment n/demo')).toBe(7);
      expect(tickStorms.cache.getByKey('n/demo')?.['spec']).toMatchObject({ replicas: 7 });
    });

    it('becomes that of a TickStorm that somebody has changed meanwhile', async () => {
      const { reconciler, store } = await scaledByHand();
      await store.apply(TICK_STORM, 'n', 'demo', { metadata: { name: 'demo', labels: { seen: 'no' } } });
      await reconciler.reconcile('n/demo');
      expect(numberOf(store, 'TickStorm n/demo')).toBe(5);
    });

    it('does not become that of a TickStorm that was made anew meanwhile', async () => {
      const { reconciler, store } = await scaledByHand();
      store.objects.delete('TickStorm n/demo');
      await store.create(TICK_STORM, 'n', { metadata: { name: 'demo', uid: 'uid-anew' }, spec: fixed });
      await expect(reconciler.reconcile('n/demo')).rejects.toThrow('TickStorm n/demo is another one by now');
      expect(numberOf(store, 'TickStorm n/demo')).toBe(2);
    });

    it('is not put back while it cannot be written to the TickStorm, and is written once it can', async () => {
      const { reconciler, store } = await scaledByHand();
      const mergePatch = store.mergePatch.bind(store);
      store.mergePatch = async () => {
        throw new Error('out of order');
      };
      const before = store.objects.get('Deployment n/demo');
      await expect(reconciler.reconcile('n/demo')).rejects.toThrow('out of order');
      expect(store.objects.get('Deployment n/demo')).toBe(before);
      store.mergePatch = mergePatch;
      await reconciler.reconcile('n/demo');
      expect(numberOf(store, 'TickStorm n/demo')).toBe(5);
      expect(numberOf(store, 'Deployment n/demo')).toBe(5);
    });
  });

  it('stays ready where annotations alone change, which its controller has not seen yet, and not with its pods', async () => {
    const { reconciler, store, owned, tickStorms } = setup({ autoscaling: { mode: 'Disabled' }, replicas: 2 });
    const key = 'Deployment n/demo';
    await reconciler.reconcile('n/demo');
    const { generation } = store.objects.get(key)!.metadata;
    const status = { observedGeneration: generation, replicas: 2, updatedReplicas: 2, readyReplicas: 2 };
    // As another operator has left it.
    const annotations = { ...store.objects.get(key)!.metadata.annotations, 'tickstorm.io/pod-template-by': 'older' };
    store.edit(key, { metadata: { annotations } });
    const observedGeneration = store.objects.get(key)!.metadata.generation;
    owned.Deployment.observe(store.edit(key, { status: { ...status, observedGeneration } }));
    for (let look = 0; look < 2; look += 1) {
      await reconciler.reconcile('n/demo');
      expect(store.objects.get(key)?.metadata).toMatchObject({
        generation: observedGeneration! + 1,
        annotations: { 'tickstorm.io/pod-template-by': 'test' },
      });
      expect(conditionOf(store, 'Ready')).toMatchObject({ status: 'True', reason: 'AllReplicasReady' });
    }
    const spec = { autoscaling: { mode: 'Disabled' }, replicas: 2, image: 'image:2' };
    tickStorms.observe(store.edit('TickStorm n/demo', { spec }));
    await reconciler.reconcile('n/demo');
    expect(conditionOf(store, 'Ready')).toMatchObject({ status: 'False', reason: 'RolloutInProgress' });
  });

  it('touches nothing while all is paused, and says so', async () => {
    const { reconciler, store } = setup({}, { 'tickstorm.io/paused': 'all' });
    await reconciler.reconcile('n/demo');
    expect([...store.objects.keys()]).toEqual(['TickStorm n/demo']);
    expect(conditionOf(store, 'Paused')).toMatchObject({ status: 'True', reason: 'PausedByAnnotation' });
  });

  it('keeps Services and no pods in hibernation, and no autoscaler that would wake it', async () => {
    const { reconciler, store } = setup({}, { 'tickstorm.io/hibernate': 'true' });
    await reconciler.reconcile('n/demo');
    expect(store.objects.get('Deployment n/demo')?.['spec']).toMatchObject({ replicas: 0 });
    expect(store.objects.has('Service n/demo-service')).toBe(true);
    expect(store.objects.has('HorizontalPodAutoscaler n/demo-hpa')).toBe(false);
  });

  it('pauses the rollout by the Deployment, and restarts by an annotation of the pods', async () => {
    const annotations = { 'tickstorm.io/paused': 'rollout,scale-in', 'tickstorm.io/restarted-at': 'today' };
    const { reconciler, store } = setup({}, annotations);
    await reconciler.reconcile('n/demo');
    expect(store.objects.get('Deployment n/demo')?.['spec']).toMatchObject({
      paused: true,
      template: { metadata: { annotations: { 'tickstorm.io/restarted-at': 'today' } } },
    });
    expect(store.objects.get('HorizontalPodAutoscaler n/demo-hpa')?.['spec']).toMatchObject({
      behavior: { scaleDown: { selectPolicy: 'Disabled' } },
    });
  });

  const conditionOf = (store: ObjectStore, type: string): unknown =>
    trusted<TickStormStatus>(store.objects.get('TickStorm n/demo')?.['status']).conditions?.find(
      (condition) => condition.type === type,
    );

  it('says which kinds are not installed, makes the rest, and makes the objects once they are', async () => {
    const monitoring = { serviceMonitor: { mode: 'Enabled' }, dashboard: { mode: 'Enabled' } };
    const { reconciler, store, optional } = setup({ monitoring });
    const { requeueAfterMs } = await reconciler.reconcile('n/demo');
    expect(conditionOf(store, 'MonitoringReady')).toMatchObject({ status: 'False', reason: 'MonitoringKindsMissing' });
    // The informer tells when the kind is there.
    expect(requeueAfterMs).toBeGreaterThan(60_000);
    expect(store.objects.has('ConfigMap n/demo-dashboard')).toBe(true);
    expect(store.objects.has('Deployment n/demo')).toBe(true);
    optional.ServiceMonitor.isAvailable = true;
    await reconciler.reconcile('n/demo');
    expect(store.objects.has('ServiceMonitor n/demo')).toBe(true);
    expect(conditionOf(store, 'MonitoringReady')).toMatchObject({ status: 'True' });
  });

  it('looks again where a kind goes that counts as installed', async () => {
    const { reconciler, store, optional } = setup({ monitoring: { serviceMonitor: { mode: 'Enabled' } } });
    optional.ServiceMonitor.isAvailable = true;
    store.missingKinds.add('ServiceMonitor');
    const { requeueAfterMs } = await reconciler.reconcile('n/demo');
    expect(conditionOf(store, 'MonitoringReady')).toMatchObject({ status: 'False', reason: 'MonitoringKindsMissing' });
    expect(requeueAfterMs).toBeLessThanOrEqual(30_000);
  });

  it('removes the objects of what was switched off', async () => {
    const { reconciler, store, tickStorms } = setup({ networkPolicy: { mode: 'Enabled' } });
    await reconciler.reconcile('n/demo');
    expect(store.objects.has('NetworkPolicy n/demo-netpol')).toBe(true);
    tickStorms.observe(store.edit('TickStorm n/demo', { spec: {} }));
    await reconciler.reconcile('n/demo');
    expect(store.objects.has('NetworkPolicy n/demo-netpol')).toBe(false);
  });

  it('leaves the pods as they are under an overlay that would break them', async () => {
    const podTemplate = { spec: { containers: [{ name: 'tick-storm', image: 'other' }] } };
    const { reconciler, store } = setup({ podTemplate });
    await reconciler.reconcile('n/demo');
    expect(store.objects.has('Deployment n/demo')).toBe(false);
    expect(conditionOf(store, 'Stalled')).toMatchObject({
      reason: 'InvalidPodTemplate',
      message: 'spec.podTemplate.spec.containers[tick-storm].image cannot be set here: use the fields of spec',
    });
  });

  it('goes on scaling under an overlay that is refused, with the pods as they are', async () => {
    const autoscaling = { mode: 'Disabled' };
    const { reconciler, store, tickStorms } = setup({ autoscaling, replicas: 2, image: 'image:1' });
    const declare = (spec: object): void =>
      tickStorms.observe(store.edit('TickStorm n/demo', { spec: { autoscaling, ...spec } }));
    const deployment = (): { metadata: KubeObject['metadata']; spec: { replicas: number; template: unknown } } =>
      trusted(store.objects.get('Deployment n/demo'));
    await reconciler.reconcile('n/demo');
    const before = deployment();
    const podTemplate = { spec: { containers: [{ name: 'tick-storm', image: 'other' }] } };
    declare({ replicas: 3, image: 'image:2', podTemplate });
    await reconciler.reconcile('n/demo');
    expect(deployment().spec).toEqual({ ...before.spec, replicas: 3 });
    expect(conditionOf(store, 'Stalled')).toMatchObject({
      reason: 'InvalidPodTemplate',
      message: expect.stringMatching(/use the fields of spec; until then the pods stay as they are, and their number/),
    });
    declare({ replicas: 3, image: 'image:2' });
    await reconciler.reconcile('n/demo');
    expect(JSON.stringify(deployment().spec.template)).toContain('image:2');
    expect(conditionOf(store, 'Stalled')).toBeUndefined();
  });

  it('reckons with the pods that it holds back, and not with those of the spec', async () => {
    const { reconciler, store, owned, everyones } = setup({ autoscaling: { mode: 'Disabled' }, replicas: 2 });
    await reconciler.reconcile('n/demo');
    const { annotations } = store.objects.get('Deployment n/demo')!.metadata;
    const containers = [{ name: 'tick-storm', resources: { limits: { cpu: '7' } } }];
    const applied = PackedTemplate.pack({ spec: trusted({ containers }) });
    const older = { 'tickstorm.io/pod-template': applied.text, 'tickstorm.io/pod-template-by': 'older' };
    const metadata = { annotations: { ...annotations, ...older } };
    owned.Deployment.observe(store.edit('Deployment n/demo', { metadata }));
    const [hard, { kind, apiVersion }] = [{ 'limits.cpu': '8' }, SHARED_KINDS.ResourceQuota];
    everyones.cache.upsert({ apiVersion, kind, metadata: { name: 'team', namespace: 'n' }, spec: { hard } });
    await reconciler.reconcile('n/demo');
    expect(conditionOf(store, 'PodsHeldBack')).toMatchObject({ status: 'True' });
    expect(conditionOf(store, 'QuotaSufficient')).toMatchObject({ message: expect.stringContaining('need 14') });
  });

  it('waits for the certificate, and looks again', async () => {
    const { reconciler, store } = setup({ tls: { mode: 'Secret', secretRef: { name: 'cert' } } });
    const { requeueAfterMs } = await reconciler.reconcile('n/demo');
    expect(conditionOf(store, 'TLSReady')).toMatchObject({ status: 'False', reason: 'SecretNotFound' });
    expect(requeueAfterMs).toBeLessThanOrEqual(30_000);
    store.objects.set('Secret n/cert', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'cert' },
      data: { 'tls.crt': 'eA==', 'tls.key': 'eA==' },
    });
    await reconciler.reconcile('n/demo');
    expect(conditionOf(store, 'TLSReady')).toMatchObject({ status: 'True', reason: 'CertificateFound' });
  });
});
