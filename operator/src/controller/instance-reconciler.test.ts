import { describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../runtime/api-client.ts';
import { Applier } from '../runtime/applier.ts';
import { Informer } from '../runtime/informer.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import type { ResourceType } from '../runtime/resource-type.ts';
import { KeepingLogger } from '../runtime/testing/keeping-logger.ts';
import { trusted } from '../runtime/trusted.ts';
import { Credentials } from './credentials.ts';
import { InstanceEvents } from './instance-events.ts';
import { InstanceReconciler } from './instance-reconciler.ts';
import { OWNED_KINDS, TICK_STORM, type OwnedKind } from './kinds.ts';
import { StatusWriter } from './status-writer.ts';

/** Stores what it is told, as the API server would, as far as a reconcile looks. */
class ObjectStore {
  readonly objects = new Map<string, KubeObject>();
  #version = 0;

  async get(type: ResourceType, namespace: string, name: string): Promise<KubeObject | undefined> {
    return this.objects.get(`${type.kind} ${namespace}/${name}`);
  }

  async apply(type: ResourceType, namespace: string, name: string, body: unknown): Promise<KubeObject> {
    this.#version += 1;
    const given = trusted<KubeObject>(body);
    const known = this.objects.get(`${type.kind} ${namespace}/${name}`);
    const metadata = { uid: `uid-${name}`, ...known?.metadata, ...given.metadata, resourceVersion: `${this.#version}` };
    const stored = { ...known, ...given, metadata };
    this.objects.set(`${type.kind} ${namespace}/${name}`, stored);
    return stored;
  }

  async create(type: ResourceType, namespace: string, body: unknown): Promise<KubeObject> {
    return await this.apply(type, namespace, trusted<KubeObject>(body).metadata.name, body);
  }

  async delete(type: ResourceType, namespace: string, name: string): Promise<void> {
    this.objects.delete(`${type.kind} ${namespace}/${name}`);
  }
}

function setup(spec: object) {
  const store = new ObjectStore();
  const client = trusted<ApiClient>(store);
  const clock = { nowMs: 0 };
  const now = (): number => clock.nowMs;
  const informer = (type: ResourceType): Informer =>
    new Informer({ client, type, namespaces: [], logger: new KeepingLogger(), onChange: () => undefined });
  const tickStorms = informer(TICK_STORM);
  const owned = trusted<Record<OwnedKind, Informer>>(
    Object.fromEntries(Object.entries(OWNED_KINDS).map(([kind, type]) => [kind, informer(type)])),
  );
  tickStorms.cache.upsert({
    apiVersion: TICK_STORM.apiVersion,
    kind: TICK_STORM.kind,
    metadata: { name: 'demo', namespace: 'n', uid: 'uid-demo', resourceVersion: '0', generation: 1 },
    spec,
  });
  const reconciler = new InstanceReconciler({
    applier: new Applier({ client: trusted(store), fieldManager: 'm', digestAnnotation: 'digest' }),
    tickStorms,
    owned,
    credentials: new Credentials({ client, now }),
    status: new StatusWriter({ client, tickStorms, now }),
    events: new InstanceEvents({ record: () => undefined }),
    serverImage: 'image:1',
    sharedProblems: () => [],
  });
  return { reconciler, store, clock };
}

describe('InstanceReconciler', () => {
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
});
