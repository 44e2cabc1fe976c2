import { describe, expect, it } from '@jest/globals';
import { ApiError } from './api-error.ts';
import { Applier, type ApplierClient, type Intent, type Ownership } from './applier.ts';
import type { KubeObject, ManagedFieldsEntry } from './kube-object.ts';
import { ObjectCache } from './object-cache.ts';
import type { ResourceType } from './resource-type.ts';
import { uidRefusal } from './testing/uid-refusal.ts';
import { trusted } from './trusted.ts';

const CONFIG_MAPS: ResourceType = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' };
const intent: Intent = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', namespace: 'n' },
  data: { key: 'value' },
};

/** One object as the API server would keep it under server-side apply, as far as the applier looks. */
class ObjectStore implements ApplierClient {
  live: KubeObject | undefined;
  readonly calls: string[] = [];
  #version = 0;

  async get(): Promise<KubeObject | undefined> {
    this.calls.push('get');
    return this.live;
  }

  async apply(
    _type: ResourceType,
    _namespace: string,
    _name: string,
    body: unknown,
    { force }: { readonly force: boolean },
  ): Promise<KubeObject> {
    const wanted = trusted<KubeObject>(body);
    this.calls.push(force ? 'apply, forced' : wanted.metadata.resourceVersion === '1' ? 'create' : 'apply');
    const { uid, resourceVersion: version } = wanted.metadata;
    if (this.live !== undefined && version !== undefined && version !== this.live.metadata.resourceVersion) {
      throw new ApiError('apply', 409, '{}');
    }
    if (uid !== undefined && this.live === undefined) throw new ApiError('apply', 409, '{}');
    if (uid !== undefined && uid !== this.live?.metadata.uid) throw uidRefusal('apply', uid);
    if (this.live !== undefined && !force) throw new ApiError('apply', 409, '{}');
    const own = { manager: 'me', operation: 'Apply', fieldsV1: { 'f:data': { 'f:key': {} } } };
    return this.#store(wanted, [own, ...this.#others()], this.live?.metadata.uid ?? `uid-${this.#version}`);
  }

  async mergePatch(_type: ResourceType, _namespace: string, _name: string, body: unknown): Promise<KubeObject> {
    this.calls.push('take over');
    const { managedFields, annotations } = trusted<{
      metadata: { managedFields: ManagedFieldsEntry[]; annotations: Record<string, null> };
    }>(body).metadata;
    const live = this.live!;
    const left = Object.entries(live.metadata.annotations ?? {}).filter(([name]) => !(name in annotations));
    const metadata = { ...live.metadata, annotations: Object.fromEntries(left) };
    return this.#store({ ...live, metadata }, managedFields, live.metadata.uid!);
  }

  async delete(_type: ResourceType, _namespace: string, _name: string, uid: string): Promise<void> {
    this.calls.push(`delete ${uid}`);
    this.live = undefined;
  }

  /** Someone else changes the object; whoever changes a field takes it out of our record. */
  editBy(manager: string, data: Record<string, string>, taken: boolean): void {
    const own = { manager: 'me', operation: 'Apply', fieldsV1: taken ? {} : { 'f:data': { 'f:key': {} } } };
    const fieldsV1 = { 'f:data': Object.fromEntries(Object.keys(data).map((key) => [`f:${key}`, {}])) };
    const live = this.live ?? { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', uid: 'uid-of-theirs' } };
    this.#store({ ...live, data }, [own, { manager, operation: 'Update', fieldsV1 }], live.metadata.uid!);
  }

  /** Someone else takes a field through a subresource, and it ends up as it was. */
  takeBy(manager: string, subresource: string): void {
    const fieldsV1 = { 'f:data': { 'f:key': {} } };
    const own = { manager: 'me', operation: 'Apply', fieldsV1: {} };
    const records = [own, { manager, operation: 'Update', subresource, fieldsV1 }];
    this.#store(this.live!, records, this.live!.metadata.uid!);
  }

  touchStatus(): void {
    this.#store(this.live!, this.live!.metadata.managedFields!, this.live!.metadata.uid!);
  }

  #others(): ManagedFieldsEntry[] {
    return (this.live?.metadata.managedFields ?? []).filter(({ manager }) => manager !== 'me');
  }

  #store(object: KubeObject, managedFields: readonly ManagedFieldsEntry[], uid: string): KubeObject {
    this.#version += 1;
    const metadata = { ...object.metadata, uid, resourceVersion: String(this.#version), managedFields };
    this.live = { ...object, metadata };
    return this.live;
  }
}

function setup(store = new ObjectStore(), ownership: Ownership = 'ours') {
  const cache = new ObjectCache();
  const informer = { type: CONFIG_MAPS, cache, observe: (object: KubeObject) => void cache.upsert(object) };
  const applier = new Applier({ client: store, fieldManager: 'me', digestAnnotation: 'example.io/digest' });
  /** The watch catches up with the store. */
  const sync = (): void => {
    if (store.live !== undefined) cache.upsert(store.live);
  };
  const ensure = (wanted = intent, premise?: (live: KubeObject) => boolean) =>
    applier.ensure(informer, wanted, () => ownership, premise);
  return { store, cache, informer, applier, sync, ensure };
}

describe('Applier', () => {
  it('makes what is not there, without force, and then leaves it alone', async () => {
    const { store, ensure } = setup();
    expect((await ensure()).change).toBe('created');
    expect((await ensure()).change).toBe('none');
    store.touchStatus();
    expect((await ensure()).change).toBe('none');
    expect(store.calls).toEqual(['create']);
  });

  it('looks at what has the name already, and the next time before it tries', async () => {
    const { store, ensure } = setup(new ObjectStore(), 'foreign');
    store.editBy('someone', { key: 'value' }, false);
    await expect(ensure()).rejects.toMatchObject({ name: 'ResourceConflictError' });
    expect(store.calls).toEqual(['create', 'get']);
    await expect(ensure()).rejects.toMatchObject({ name: 'ResourceConflictError' });
    expect(store.calls).toEqual(['create', 'get', 'get']);
    store.live = undefined;
    expect((await ensure()).change).toBe('created');
    expect(store.calls.slice(3)).toEqual(['get', 'apply']);
  });

  it('updates when the intent changes', async () => {
    const { store, ensure } = setup();
    await ensure();
    expect((await ensure({ ...intent, data: { key: 'other' } })).change).toBe('updated');
    expect(store.live?.['data']).toEqual({ key: 'other' });
  });

  it('restores what someone has changed, and says who', async () => {
    const { store, sync, ensure } = setup();
    await ensure();
    store.editBy('kubectl-edit', { key: 'hacked' }, true);
    sync();
    expect(await ensure()).toMatchObject({ change: 'restored', changedBy: 'kubectl-edit' });
    expect(store.live?.['data']).toEqual({ key: 'value' });
  });

  it('takes over what someone has added, so that it goes', async () => {
    const { store, sync, ensure } = setup();
    await ensure();
    store.editBy('kubectl-edit', { key: 'value', more: 'x' }, false);
    sync();
    expect((await ensure()).change).toBe('restored');
    expect(store.calls.slice(1)).toEqual(['take over', 'apply, forced']);
  });

  it('writes nothing after a restart when everything is as declared', async () => {
    const { store, ensure } = setup();
    await ensure();
    const restarted = setup(store);
    restarted.sync();
    expect((await restarted.ensure()).change).toBe('none');
    expect(store.calls).toEqual(['create']);
  });

  it('finds after a restart what was changed meanwhile', async () => {
    const { store, ensure } = setup();
    await ensure();
    store.live = { ...store.live!, data: { key: 'changed by an old friend of the same name' } };
    const restarted = setup(store);
    restarted.sync();
    expect((await restarted.ensure()).change).toBe('restored');
  });

  it('takes back after a restart what someone owns meanwhile, with the value that it had, and then leaves it alone', async () => {
    const { store, ensure } = setup();
    await ensure();
    store.takeBy('kubectl', 'scale');
    const restarted = setup(store);
    restarted.sync();
    expect(await restarted.ensure()).toMatchObject({ change: 'restored', changedBy: 'kubectl' });
    expect((await restarted.ensure()).change).toBe('none');
    const again = setup(store);
    again.sync();
    expect((await again.ensure()).change).toBe('none');
    expect(store.calls).toEqual(['create', 'apply, forced']);
  });

  it.each<[Ownership, string]>([
    ['foreign', 'ResourceConflictError'],
    ['leaving', 'LeavingError'],
  ])('never writes to an object that is %s', async (ownership, name) => {
    const { store, ensure } = setup();
    await ensure();
    const other = setup(store, ownership);
    await expect(other.ensure()).rejects.toMatchObject({ name });
    expect(store.calls).toEqual(['create', 'create', 'get']);
  });

  it('goes by what is really there when the cache is behind', async () => {
    const { store, ensure, cache } = setup();
    await ensure();
    const old = store.live!;
    store.live = { ...old, metadata: { ...old.metadata, uid: 'another' } };
    expect(cache.get('n', 'a')?.metadata.uid).not.toBe('another');
    await ensure({ ...intent, data: { key: 'other' } });
    expect(store.live.metadata.uid).toBe('another');
    expect(store.calls.slice(1)).toEqual(['apply, forced', 'get', 'apply, forced']);
  });

  it('makes anew what has gone and the cache still has', async () => {
    const { store, ensure } = setup();
    await ensure();
    store.live = undefined;
    expect((await ensure({ ...intent, data: { key: 'other' } })).change).toBe('created');
    expect(store.calls.slice(1)).toEqual(['apply, forced', 'get', 'apply']);
  });

  it('tells of what the API server does not admit, and does not try it twice', async () => {
    const { store, ensure } = setup();
    await ensure();
    const causes = [{ reason: 'FieldValueInvalid', field: 'data' }];
    const refusal = new ApiError('apply', 422, JSON.stringify({ reason: 'Invalid', details: { causes } }));
    store.apply = () => Promise.reject(refusal);
    await expect(ensure({ ...intent, data: { key: 'other' } })).rejects.toBe(refusal);
    expect(store.calls).toEqual(['create']);
  });

  describe('with a premise', () => {
    const wanted = { ...intent, data: { key: 'other' } };
    const isUntouched = ({ data }: KubeObject): boolean => trusted<{ key: string }>(data).key === 'value';

    it.each([
      [
        'before it looks',
        (store: ObjectStore, sync: () => void) => (store.editBy('hand', { key: 'theirs' }, true), sync()),
      ],
      ['unseen', (store: ObjectStore) => store.editBy('hand', { key: 'theirs' }, true)],
    ])('leaves an object alone that was changed %s', async (_, change) => {
      const { store, sync, ensure } = setup();
      await ensure();
      change(store, sync);
      await expect(ensure(wanted, isUntouched)).rejects.toMatchObject({ name: 'OvertakenError' });
      expect(store.live?.['data']).toEqual({ key: 'theirs' });
    });

    it('writes to one of which something else has changed, however often', async () => {
      const { store, ensure } = setup();
      await ensure();
      store.touchStatus();
      const get = store.get.bind(store);
      store.get = async () => {
        const live = await get();
        if (store.calls.length < 5) store.touchStatus();
        return live;
      };
      expect((await ensure(wanted, isUntouched)).change).toBe('updated');
      expect(store.live?.['data']).toEqual({ key: 'other' });
      expect(store.calls.slice(1)).toEqual(['apply, forced', 'get', 'apply, forced', 'get', 'apply, forced']);
    });

    it('writes to one from which it has taken what others had added', async () => {
      const { store, sync, ensure } = setup();
      await ensure();
      store.editBy('kubectl-edit', { key: 'value', more: 'x' }, false);
      sync();
      expect((await ensure(wanted, isUntouched)).change).toBe('updated');
      expect(store.calls.slice(1)).toEqual(['take over', 'apply, forced']);
    });

    it.each([
      ['changed', { key: 'theirs' }, true],
      ['added', { key: 'value', more: 'x' }, false],
    ])('puts right what others had %s, where the write after taking it comes too late', async (_, data, taken) => {
      const { store, sync, ensure } = setup();
      await ensure();
      store.editBy('kubectl-edit', data, taken);
      sync();
      const take = store.mergePatch.bind(store);
      store.mergePatch = async (...patch) => {
        const answer = await take(...patch);
        store.touchStatus();
        return answer;
      };
      await ensure(intent, () => true);
      expect(store.live?.['data']).toEqual({ key: 'value' });
      expect(store.calls.slice(1)).toEqual(['take over', 'apply, forced', 'get', 'apply, forced']);
    });
  });

  it('removes what is ours and nothing else', async () => {
    const { store, ensure, applier, informer } = setup();
    await ensure();
    expect(await applier.remove(informer, 'n', 'a', () => 'foreign')).toBe(false);
    expect(await applier.remove(informer, 'n', 'nothing', () => 'ours')).toBe(false);
    expect(await applier.remove(informer, 'n', 'a', () => 'ours')).toBe(true);
    expect(store.calls.at(-1)).toBe('delete uid-0');
  });
});
