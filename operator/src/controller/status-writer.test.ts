import { describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../runtime/api-client.ts';
import { ApiError } from '../runtime/api-error.ts';
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

  it('leaves out what an older definition does not have, and tries again later', async () => {
    const { store, live, tickStorms } = await setup();
    tickStorms.observe(store.edit(KEY, { status: { desiredReplicas: 2 } }));
    const apply = store.apply.bind(store);
    const written: unknown[] = [];
    let isOlder = true;
    store.apply = async (...request) => {
      const { status } = trusted<{ status: { desiredReplicas?: number } }>(request[3]);
      written.push(status.desiredReplicas);
      if (isOlder && status.desiredReplicas !== undefined) {
        const message =
          'failed to create typed patch object (n/demo): .status.desiredReplicas: field not declared in schema';
        throw new ApiError('apply', 500, JSON.stringify({ kind: 'Status', message }));
      }
      return await apply(...request);
    };
    let nowMs = 0;
    const writer = new StatusWriter({ client: trusted<ApiClient>(store), tickStorms, now: () => nowMs });
    const told = async (problem: string): Promise<void> => {
      await writer.writeInvalid({ ...live, status: { desiredReplicas: 2 } }, problem);
    };
    await told('spec.replicas');
    expect(written).toEqual([2, undefined]);
    expect(statusIn(store)).toContain('spec.replicas');
    await told('spec.image');
    expect(written).toEqual([2, undefined, undefined]);
    isOlder = false;
    nowMs = 600_000;
    await told('spec.feed');
    expect(written).toEqual([2, undefined, undefined, 2]);
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
