import { describe, expect, it } from '@jest/globals';
import type { V1PodSpec } from '@kubernetes/client-node';
import { MANAGED_BY } from '../builders/labels.ts';
import { SHARED_LIMITS_NAME, SHARED_QUOTA_NAME } from '../builders/names.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { Applier } from '../runtime/applier.ts';
import { byNamespace } from '../runtime/indexes.ts';
import { Informer } from '../runtime/informer.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import type { ResourceType } from '../runtime/resource-type.ts';
import { KeepingLogger } from '../runtime/testing/keeping-logger.ts';
import { trusted } from '../runtime/trusted.ts';
import { FIELD_MANAGER } from './field-manager.ts';
import { OWNED_KINDS, SHARED_KINDS, TICK_STORM } from './kinds.ts';
import { NamespaceReconciler } from './namespace-reconciler.ts';
import { PackedTemplate, recordAnnotations } from './template-record.ts';
import { ObjectStore } from './testing/object-store.ts';

const QUOTA = `ResourceQuota n/${SHARED_QUOTA_NAME}`;
const LIMITS = `LimitRange n/${SHARED_LIMITS_NAME}`;
/** Of a version that is newer than this operator. */
const UNREADABLE = { rolloutMode: 'New', replicas: 'many' };

/** A reconciler of namespace `n` over a store. */
function setup({ foreignPod }: { readonly foreignPod?: string } = {}) {
  const store = new ObjectStore();
  const client = trusted<ApiClient>(store);
  const changed: string[] = [];
  const informer = (type: ResourceType): Informer =>
    new Informer({
      client,
      type,
      namespaces: [],
      logger: new KeepingLogger(),
      onChange: () => undefined,
      indexers: { namespace: byNamespace },
    });
  const tickStorms = informer(TICK_STORM);
  const deployments = informer(OWNED_KINDS.Deployment);
  const shared = {
    ResourceQuota: informer(SHARED_KINDS.ResourceQuota),
    LimitRange: informer(SHARED_KINDS.LimitRange),
  };
  const reconciler = new NamespaceReconciler({
    applier: new Applier({ client, fieldManager: FIELD_MANAGER, digestAnnotation: 'digest' }),
    tickStorms,
    deployments,
    shared,
    podContext: { serverImage: 'image:1', allowsHostLevel: false },
    findForeignPod: async () => foreignPod,
    onChange: (namespace) => changed.push(namespace),
  });
  let version = 0;
  const declare = (name: string, spec: object, metadata: object = {}): void => {
    version += 1;
    const { apiVersion, kind } = TICK_STORM;
    const identity = { name, namespace: 'n', uid: `uid-${name}`, resourceVersion: String(version) };
    tickStorms.cache.upsert({ apiVersion, kind, metadata: { ...identity, ...metadata }, spec });
  };
  /** A Deployment of the TickStorm of this name, with pod templates that it keeps. */
  const keepPods = (name: string, applied: readonly object[], lastGood?: readonly object[]): void => {
    version += 1;
    const pack = (containers: readonly object[]): PackedTemplate =>
      PackedTemplate.pack({ spec: trusted<V1PodSpec>({ containers }) });
    const annotations = recordAnnotations({
      applied: pack(applied),
      by: 'test',
      source: undefined,
      heldBack: undefined,
      lastGood: lastGood && pack(lastGood),
    });
    const { apiVersion, kind } = TICK_STORM;
    const ownerReferences = [{ apiVersion, kind, name, uid: `uid-${name}`, controller: true }];
    const metadata = { name, namespace: 'n', resourceVersion: String(version), annotations, ownerReferences };
    deployments.cache.upsert({ apiVersion: 'apps/v1', kind: 'Deployment', metadata });
  };
  const remove = (name: string): void => void tickStorms.cache.remove(tickStorms.cache.get('n', name)!);
  const objectOf = (key: string): KubeObject | undefined => store.objects.get(key);
  return {
    reconciler,
    shared,
    store,
    changed,
    declare,
    keepPods,
    remove,
    pods: () => trusted<{ hard: { pods: string } } | undefined>(objectOf(QUOTA)?.['spec'])?.hard.pods,
    /** Most CPUs of a container. */
    maxCpu: () =>
      trusted<{ limits: [{ max: { cpu: string } }] } | undefined>(objectOf(LIMITS)?.['spec'])?.limits[0].max.cpu,
    owners: (key = QUOTA) => objectOf(key)?.metadata.ownerReferences?.map(({ name }) => name),
  };
}

const sized = (pods: string, cpu: string): object => ({
  quota: { hard: { pods } },
  resources: { limits: { cpu } },
});

describe('the objects that a namespace shares', () => {
  it('are the sum and the widest of what is declared, less when one goes, and gone with the last', async () => {
    const { reconciler, declare, remove, pods, maxCpu, owners, store } = setup();
    declare('a', sized('12', '2'));
    declare('b', sized('30', '16'));
    expect(await reconciler.reconcile('n')).toEqual({});
    expect([pods(), maxCpu(), owners(), owners(LIMITS)]).toEqual(['42', '16', ['a', 'b'], ['a', 'b']]);
    // On its way out it counts no more.
    declare('b', sized('30', '16'), { deletionTimestamp: '2026-01-01T00:00:00Z' });
    await reconciler.reconcile('n');
    expect([pods(), maxCpu(), owners()]).toEqual(['12', '4000m', ['a']]);
    remove('b');
    remove('a');
    await reconciler.reconcile('n');
    expect([...store.objects.keys()]).toEqual([]);
  });

  it('are not made where none are asked for, and removed when they no longer are', async () => {
    const { reconciler, declare, store, pods } = setup();
    const none = { quota: { mode: 'None' }, limitRange: { mode: 'None' } };
    declare('a', none);
    await reconciler.reconcile('n');
    expect(store.objects.size).toBe(0);
    declare('a', {});
    await reconciler.reconcile('n');
    expect(pods()).toBe('10');
    declare('a', none);
    await reconciler.reconcile('n');
    expect(store.objects.size).toBe(0);
  });

  it('are not made unasked beside the pods of others, and those are looked for again', async () => {
    const { reconciler, declare, store, changed } = setup({ foreignPod: 'p' });
    declare('a', {});
    expect(await reconciler.reconcile('n')).toEqual({ requeueAfterMs: 60_000 });
    expect(store.objects.size).toBe(0);
    expect(reconciler.stateOf('n')).toEqual({ problems: [], foreignPod: 'p' });
    expect(changed).toEqual(['n']);
  });

  it('are left alone where somebody else has the name, which the TickStorms tell', async () => {
    const { reconciler, declare, shared, store, changed } = setup();
    const foreign: KubeObject = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: SHARED_QUOTA_NAME, namespace: 'n', uid: 'uid-foreign', resourceVersion: '1' },
      spec: { hard: { pods: '3' } },
    };
    store.objects.set(QUOTA, foreign);
    shared.ResourceQuota.cache.upsert(foreign);
    declare('a', {});
    expect(await reconciler.reconcile('n')).toEqual({ requeueAfterMs: 15_000 });
    expect(store.objects.get(QUOTA)).toEqual(foreign);
    expect(store.objects.has(LIMITS)).toBe(true);
    expect(reconciler.stateOf('n').problems.map(({ reason }) => reason)).toEqual(['ResourceConflict']);
    expect(changed).toEqual(['n']);
    store.objects.delete(QUOTA);
    shared.ResourceQuota.cache.remove(foreign);
    await reconciler.reconcile('n');
    expect(reconciler.stateOf('n').problems).toEqual([]);
    expect(store.objects.get(QUOTA)?.metadata.labels?.['app.kubernetes.io/managed-by']).toBe(MANAGED_BY);
  });
});

describe('a TickStorm of which all is paused', () => {
  const paused = { annotations: { 'tickstorm.io/paused': 'all' } };
  const none = { quota: { mode: 'None' }, limitRange: { mode: 'None' } };

  it('gets nothing made that it would share', async () => {
    const { reconciler, store, declare } = setup();
    declare('a', {}, paused);
    await reconciler.reconcile('n');
    expect(store.objects.size).toBe(0);
    declare('a', {});
    await reconciler.reconcile('n');
    expect([...store.objects.keys()]).toEqual([LIMITS, QUOTA]);
  });

  it('leaves what it shares as it is, or as a hand has set it, which the others tell', async () => {
    const { reconciler, store, shared, declare, pods, changed } = setup();
    declare('a', sized('10', '2'));
    declare('b', sized('5', '2'));
    await reconciler.reconcile('n');
    declare('a', sized('10', '2'), paused);
    const live = store.objects.get(QUOTA)!;
    const metadata = { ...live.metadata, resourceVersion: '900' };
    const edited = { ...live, metadata, spec: { hard: { pods: '100' } } };
    store.objects.set(QUOTA, edited);
    shared.ResourceQuota.observe(edited);
    declare('b', sized('8', '2'));
    await reconciler.reconcile('n');
    expect(store.objects.get(QUOTA)).toBe(edited);
    expect(reconciler.stateOf('n').heldBy).toBe('a');
    declare('a', sized('10', '2'));
    await reconciler.reconcile('n');
    expect(pods()).toBe('18');
    expect(reconciler.stateOf('n')).toEqual({ problems: [] });
    expect(changed).toEqual(['n', 'n']);
  });

  it.each<[string, object]>([
    ['declares none any more', none],
    ['cannot be read any more', UNREADABLE],
  ])('leaves it also when it %s', async (_, spec) => {
    const { reconciler, store, declare } = setup();
    declare('a', {});
    await reconciler.reconcile('n');
    const before = new Map(store.objects);
    declare('a', spec, paused);
    declare('b', sized('5', '2'));
    await reconciler.reconcile('n');
    expect(store.objects).toEqual(before);
  });

  it('holds nothing back that it has no part in', async () => {
    const { reconciler, declare, pods, maxCpu } = setup();
    declare('a', none, paused);
    declare('b', sized('5', '16'));
    await reconciler.reconcile('n');
    expect([pods(), maxCpu()]).toEqual(['5', '16']);
  });
});

describe('a TickStorm that this version cannot read', () => {
  it('keeps its share of what the others share', async () => {
    const { reconciler, declare, remove, pods, maxCpu, owners } = setup();
    declare('a', sized('12', '2'));
    declare('b', sized('30', '16'));
    await reconciler.reconcile('n');
    declare('b', UNREADABLE);
    await reconciler.reconcile('n');
    expect([pods(), maxCpu(), owners(), owners(LIMITS)]).toEqual(['42', '16', ['a', 'b'], ['a', 'b']]);
    // What is more is given all the same.
    declare('a', sized('50', '20'));
    await reconciler.reconcile('n');
    expect([pods(), maxCpu(), owners()]).toEqual(['50', '20', ['a', 'b']]);
    remove('b');
    declare('a', sized('12', '2'));
    await reconciler.reconcile('n');
    expect([pods(), maxCpu(), owners()]).toEqual(['12', '4000m', ['a']]);
  });

  it('keeps it also when the others have gone, until it goes itself', async () => {
    const { reconciler, declare, remove, pods, maxCpu, owners, store } = setup();
    declare('a', sized('12', '2'));
    declare('b', sized('30', '16'));
    await reconciler.reconcile('n');
    declare('b', UNREADABLE);
    remove('a');
    await reconciler.reconcile('n');
    expect([pods(), maxCpu(), owners(), owners(LIMITS)]).toEqual(['42', '16', ['b'], ['b']]);
    remove('b');
    await reconciler.reconcile('n');
    expect(store.objects.size).toBe(0);
  });

  it('holds nothing that it has no share of', async () => {
    const { reconciler, declare, remove, store } = setup();
    declare('a', {});
    await reconciler.reconcile('n');
    declare('b', UNREADABLE);
    remove('a');
    await reconciler.reconcile('n');
    expect(store.objects.size).toBe(0);
  });
});

describe('a TickStorm with pods that its spec says nothing of any more', () => {
  const container = (cpu: string): object => ({ name: 'tick-storm', resources: { limits: { cpu } } });

  it.each([
    { which: 'a rollback would return to', applied: [container('2')], lastGood: [container('16')] },
    { which: 'are still there, as those of the spec have not come up', applied: [container('16')] },
  ])('has a limit range that admits those that $which', async ({ applied, lastGood }) => {
    const { reconciler, declare, keepPods, maxCpu } = setup();
    declare('a', sized('10', '2'));
    keepPods('a', applied, lastGood);
    await reconciler.reconcile('n');
    expect(maxCpu()).toBe('16');
    keepPods('a', [container('2')], [container('2')]);
    await reconciler.reconcile('n');
    expect(maxCpu()).toBe('4000m');
  });

  it('has none for the pods of a Deployment that is not its own', async () => {
    const { reconciler, declare, keepPods, maxCpu } = setup();
    keepPods('a', [container('16')]);
    declare('a', sized('10', '2'), { uid: 'uid-anew' });
    await reconciler.reconcile('n');
    expect(maxCpu()).toBe('4000m');
  });
});

describe('a TickStorm whose overlay is refused', () => {
  const mib64 = { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '64Mi' };
  const large = { cpu: '3', memory: '3Gi', 'ephemeral-storage': '3Gi' };
  const sidecars = [
    { name: 'small', image: 'small:1', resources: { requests: mib64, limits: mib64 } },
    { name: 'open', image: 'open:1', resources: { requests: large } },
  ];
  const server = { name: 'tick-storm', resources: { limits: { cpu: '2', memory: '2Gi', 'ephemeral-storage': '1Gi' } } };
  const overlaid = (more: object = {}): object => ({ podTemplate: { spec: { containers: sidecars, ...more } } });

  it('keeps the limit range as wide as the pods need that it keeps, until it is put right', async () => {
    const { reconciler, store, declare, keepPods } = setup();
    const bounds = (): unknown => store.objects.get(LIMITS)?.['spec'];
    declare('a', overlaid());
    await reconciler.reconcile('n');
    const standing = bounds();
    keepPods('a', [server, ...sidecars]);
    expect(standing).toMatchObject({ limits: [{ min: mib64, default: large }, { type: 'Pod' }] });
    declare('a', overlaid({ hostNetwork: true }));
    await reconciler.reconcile('n');
    expect(bounds()).toEqual(standing);
    // What is more is given all the same.
    declare('b', sized('5', '16'));
    await reconciler.reconcile('n');
    expect(bounds()).toMatchObject({ limits: [{ min: mib64, default: large, max: { cpu: '16' } }, { type: 'Pod' }] });
    // Pods of others that leave their limits open get the default that stays, five times here.
    const five = ['1', '2', '3', '4', '5'].map((name) => ({ name, image: 'open:1' }));
    declare('b', { podTemplate: { spec: { containers: five } }, resources: { limits: { cpu: '2' } } });
    await reconciler.reconcile('n');
    expect(bounds()).toMatchObject({ limits: [{ default: large }, { type: 'Pod', max: { cpu: '17' } }] });
    declare('a', {});
    declare('b', {});
    keepPods('a', []);
    await reconciler.reconcile('n');
    expect(bounds()).toMatchObject({ limits: [{ min: { cpu: '100m', memory: '256Mi' } }, { type: 'Pod' }] });
  });
});
