import { describe, expect, it } from '@jest/globals';
import { ObjectCache } from '../runtime/object-cache.ts';
import type { KubeObject, OwnerReference } from '../runtime/kube-object.ts';
import type { ResourceType } from '../runtime/resource-type.ts';
import { KeepingLogger } from '../runtime/testing/keeping-logger.ts';
import { OPTIONAL_KINDS, OWNED_KINDS, SECRET, TICK_STORM } from './kinds.ts';
import { Leftovers } from './leftovers.ts';
import { ownerKeys } from './ownership.ts';

const PATIENCE_MS = 30_000;

const reference = (uid: string, kind = 'TickStorm'): OwnerReference => {
  const apiVersion = kind === 'TickStorm' ? 'tickstorm.io/v1alpha1' : 'apps/v1';
  return { apiVersion, kind, name: 'demo', uid, controller: true };
};

function object(type: ResourceType, name: string, owner: OwnerReference | undefined): KubeObject {
  const labels = { 'app.kubernetes.io/managed-by': 'tick-storm-operator', 'app.kubernetes.io/instance': 'demo' };
  const metadata = { name, namespace: 'n', uid: `uid of ${type.kind} ${name}`, labels };
  const ownerReferences = owner === undefined ? [] : [owner];
  return { apiVersion: type.apiVersion, kind: type.kind, metadata: { ...metadata, ownerReferences } };
}

interface Scene {
  readonly owned: readonly KubeObject[];
  readonly secrets?: readonly KubeObject[];
  /** The uid of the TickStorm that the API server has. */
  readonly presentUid?: string;
  readonly isServed?: boolean;
}

function setup({ owned, secrets = [], presentUid, isServed = true }: Scene) {
  const deleted: string[] = [];
  const clock = { nowMs: 0 };
  const cacheOf = ({ kind }: ResourceType): ObjectCache => {
    const cache = new ObjectCache({ instance: ownerKeys });
    for (const one of owned) if (one.kind === kind) cache.upsert(one);
    return cache;
  };
  const { ConfigMap, Deployment } = OWNED_KINDS;
  const leftovers = new Leftovers({
    client: {
      get: async (type, _, name) => {
        if (type !== TICK_STORM) return secrets.find(({ metadata }) => metadata.name === name);
        return presentUid === undefined
          ? undefined
          : { ...object(type, name, undefined), metadata: { name, uid: presentUid } };
      },
      delete: async (type, namespace, name, uid) => {
        deleted.push(`${type.kind} ${namespace}/${name} (${uid})`);
      },
      serves: async () => isServed,
    },
    owned: [ConfigMap, Deployment].map((type) => ({ type, cache: cacheOf(type) })),
    optional: [{ isAvailable: false, informer: { type: OPTIONAL_KINDS.Certificate, cache: new ObjectCache() } }],
    now: () => clock.nowMs,
    logger: new KeepingLogger(),
  });
  const sweepTwice = async (): Promise<string[]> => {
    await leftovers.sweep('n/demo');
    clock.nowMs += PATIENCE_MS;
    await leftovers.sweep('n/demo');
    return deleted;
  };
  return { leftovers, clock, deleted, sweepTwice };
}

const gone = reference('gone');
const { ConfigMap, Deployment } = OWNED_KINDS;

describe('what a deleted TickStorm has left', () => {
  it('is removed once garbage collection has had its time, Secrets first, each by its uid', async () => {
    const { leftovers, clock, deleted } = setup({
      owned: [object(ConfigMap, 'demo-config', gone), object(Deployment, 'demo', gone)],
      secrets: [object(SECRET, 'demo-auth', gone), object(SECRET, 'demo-admin', gone)],
    });
    expect(await leftovers.sweep('n/demo')).toEqual({ requeueAfterMs: PATIENCE_MS });
    clock.nowMs += PATIENCE_MS - 1;
    expect(await leftovers.sweep('n/demo')).toEqual({ requeueAfterMs: 1 });
    expect(deleted).toEqual([]);
    clock.nowMs += 1;
    await leftovers.sweep('n/demo');
    expect(deleted).toEqual([
      'Secret n/demo-auth (uid of Secret demo-auth)',
      'Secret n/demo-admin (uid of Secret demo-admin)',
      'ConfigMap n/demo-config (uid of ConfigMap demo-config)',
      'Deployment n/demo (uid of Deployment demo)',
    ]);
  });

  it.each<[string, Scene]>([
    ['has no owner: deletionPolicy Orphan', { owned: [object(ConfigMap, 'demo-config', undefined)] }],
    ['is controlled by something else', { owned: [object(ConfigMap, 'demo-config', reference('gone', 'Deployment'))] }],
    [
      'belongs to a TickStorm that the cache has not seen yet',
      { owned: [object(ConfigMap, 'x', gone)], presentUid: 'gone' },
    ],
    [
      'cannot be told from what is there: the kind is not served',
      { owned: [object(ConfigMap, 'x', gone)], isServed: false },
    ],
  ])('is kept when it %s', async (_, scene) => {
    expect(await setup(scene).sweepTwice()).toEqual([]);
  });

  it('leaves a Secret that its user has made', async () => {
    const secrets = [object(SECRET, 'demo-auth', undefined)];
    const { sweepTwice } = setup({ owned: [object(ConfigMap, 'demo-config', gone)], secrets });
    expect(await sweepTwice()).toEqual(['ConfigMap n/demo-config (uid of ConfigMap demo-config)']);
  });

  it('asks for nothing where nothing is left', async () => {
    expect(await setup({ owned: [] }).leftovers.sweep('n/demo')).toEqual({});
  });
});
