import { describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../runtime/api-client.ts';
import { Informer } from '../runtime/informer.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { KeepingLogger } from '../runtime/testing/keeping-logger.ts';
import { trusted } from '../runtime/trusted.ts';
import { TICK_STORM } from './kinds.ts';
import { StatusWriter } from './status-writer.ts';
import { ObjectStore } from './testing/object-store.ts';

const KEY = 'TickStorm n/demo';

/** A writer that knows a TickStorm as it is stored. */
async function setup() {
  const store = new ObjectStore();
  const client = trusted<ApiClient>(store);
  const logger = new KeepingLogger();
  const tickStorms = new Informer({ client, type: TICK_STORM, namespaces: [], logger, onChange: () => undefined });
  const create = async (uid: string): Promise<KubeObject> => {
    const { apiVersion, kind } = TICK_STORM;
    const metadata = { name: 'demo', namespace: 'n', uid };
    return await store.create(TICK_STORM, 'n', { apiVersion, kind, metadata, spec: {} });
  };
  const live = await create('uid-1');
  tickStorms.observe(live);
  const writer = new StatusWriter({ client, tickStorms, now: () => 0 });
  return { writer, store, live, create, tickStorms };
}

const statusIn = (store: ObjectStore): string => JSON.stringify(store.objects.get(KEY)?.['status'] ?? {});

describe('StatusWriter', () => {
  it('writes only what is new', async () => {
    const { writer, store, live, tickStorms } = await setup();
    await writer.writeInvalid(live, 'spec.replicas');
    expect(store.objects.get(KEY)?.['status']).toMatchObject({ observedGeneration: 1 });
    expect(statusIn(store)).toContain('InvalidSpec');
    expect(tickStorms.cache.get('n', 'demo')).toEqual(store.objects.get(KEY));
    const { version } = store;
    await writer.writeInvalid(store.objects.get(KEY)!, 'spec.replicas');
    expect(store.version).toBe(version);
  });

  it('writes of one that somebody has changed meanwhile', async () => {
    const { writer, store, live } = await setup();
    store.edit(KEY, { metadata: { labels: { a: 'b' } } });
    await writer.writeInvalid(live, 'spec.replicas');
    expect(statusIn(store)).toContain('InvalidSpec');
  });

  it('gives up on one that changes each time', async () => {
    const { writer, store, live } = await setup();
    const get = store.get.bind(store);
    store.get = async (...name) => {
      const found = await get(...name);
      store.edit(KEY, { metadata: { labels: { version: String(store.version) } } });
      return found;
    };
    store.edit(KEY, { metadata: { labels: { a: 'b' } } });
    await expect(writer.writeInvalid(live, 'spec.replicas')).rejects.toThrow('409');
    expect(store.version).toBe(5);
  });

  it.each([
    ['which is known', true],
    ['which is not known yet', false],
  ])('says nothing of the former to one that was made anew meanwhile, %s', async (_, isKnown) => {
    const { writer, store, live, create, tickStorms } = await setup();
    await store.delete(TICK_STORM, 'n', 'demo');
    const anew = await create('uid-2');
    if (isKnown) tickStorms.cache.upsert(anew);
    await writer.writeInvalid(live, 'spec.replicas');
    expect(statusIn(store)).toBe('{}');
  });

  it('has nothing to say of one that is gone', async () => {
    const { writer, store, live } = await setup();
    await store.delete(TICK_STORM, 'n', 'demo');
    await writer.writeInvalid(live, 'spec.replicas');
    expect(store.objects.size).toBe(0);
  });
});
