import { describe, expect, it } from '@jest/globals';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { ApiError } from '../runtime/api-error.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { ObjectCache } from '../runtime/object-cache.ts';
import { uidRefusal } from '../runtime/testing/uid-refusal.ts';
import { trusted } from '../runtime/trusted.ts';
import { DRAIN_FINALIZER, Draining } from './draining.ts';
import { ownerKeys } from './ownership.ts';

const DELETED_AT = '2026-01-01T00:00:00Z';
const labels = { 'app.kubernetes.io/managed-by': 'tick-storm-operator', 'app.kubernetes.io/instance': 'demo' };
const pod: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'n', uid: 'uid-p', labels },
};

function live(spec: object, metadata: object = {}): KubeObject {
  return trusted({ metadata: { name: 'demo', namespace: 'n', uid: 'uid-1', resourceVersion: '7', ...metadata }, spec });
}

function parsed(spec: object, metadata: object = {}): TickStorm {
  const result = parseTickStorm(live(spec, metadata));
  if (!result.ok) throw new Error(result.problem);
  return result.value;
}

/** What the API server answers where a finalizer is added to an object that is being deleted. */
const leavingRefusal = new ApiError(
  'apply',
  422,
  JSON.stringify({
    kind: 'Status',
    reason: 'Invalid',
    details: { causes: [{ reason: 'FieldValueForbidden', field: 'metadata.finalizers' }] },
  }),
);

interface Patch {
  readonly metadata: { readonly uid: string; readonly resourceVersion: string; readonly finalizers: string[] };
}

interface World {
  /** What the API server answers to every write. */
  readonly refusal?: ApiError;
  readonly losesRights?: boolean;
}

function setup({ refusal, losesRights = false }: World = {}) {
  const clock = { nowMs: Date.parse(DELETED_AT), monotonicMs: 0 };
  const calls: string[] = [];
  const pods = new ObjectCache({ instance: ownerKeys });
  const cluster: { deployment: KubeObject | undefined } = {
    deployment: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'demo', uid: 'uid-d' } },
  };
  const draining = new Draining({
    client: {
      apply: async (_type, _namespace, _name, body) => {
        if (refusal !== undefined) throw refusal;
        const { uid, finalizers } = trusted<{ metadata: { uid: string; finalizers: string[] } }>(body).metadata;
        calls.push(`apply to ${uid}: ${finalizers.join()}`);
        return trusted(body);
      },
      mergePatch: async (_type, _namespace, _name, body) => {
        if (refusal !== undefined) throw refusal;
        const { uid, resourceVersion, finalizers } = trusted<Patch>(body).metadata;
        calls.push(`patch of ${uid} at ${resourceVersion}: ${finalizers.join()}`);
        return trusted(body);
      },
      delete: async (type, _namespace, name, uid) => {
        calls.push(`delete ${type.kind} ${name} ${uid}`);
        cluster.deployment = undefined;
      },
    },
    keeper: { find: () => cluster.deployment },
    tickStorms: { observe: () => undefined },
    pods: { cache: pods },
    now: () => clock.nowMs,
    monotonicNow: () => clock.monotonicMs,
    losesRights: () => losesRights,
  });
  return { draining, calls, clock, pods, cluster };
}

const deleted = { deletionTimestamp: DELETED_AT, finalizers: [DRAIN_FINALIZER] };
const drain = { deletionPolicy: 'Drain', server: { drainSeconds: 60 } };

describe('the finalizer', () => {
  it.each([
    [drain, [], [`apply to uid-1: ${DRAIN_FINALIZER}`]],
    [drain, [DRAIN_FINALIZER], []],
    [{}, [DRAIN_FINALIZER], ['patch of uid-1 at 7: ']],
    [{}, [], []],
    [{ deletionPolicy: 'Orphan' }, [], []],
  ])('follows the policy: %j with %j', async (spec, finalizers, expected) => {
    const { draining, calls } = setup();
    await draining.claim(parsed(spec, { finalizers }));
    expect(calls).toEqual(expected);
  });

  it('goes whoever owns it, and takes no other with it', async () => {
    const { draining, calls } = setup();
    await draining.claim(parsed({}, { finalizers: ['example.io/a', DRAIN_FINALIZER, 'example.io/b'] }));
    expect(calls).toEqual(['patch of uid-1 at 7: example.io/a,example.io/b']);
  });

  it.each([
    ['has gone', new ApiError('apply', 409, '{}')],
    ['is another one by now', uidRefusal('apply', 'uid-1')],
    ['is being deleted, and held by others', leavingRefusal],
  ])('is not put on a TickStorm that %s, and that is no failure', async (_, refusal) => {
    await expect(setup({ refusal }).draining.claim(parsed(drain))).resolves.toBeUndefined();
  });

  it('that is refused for what it is, is a failure', async () => {
    const refusal = new ApiError('apply', 422, '{}');
    await expect(setup({ refusal }).draining.claim(parsed(drain))).rejects.toBe(refusal);
  });

  it.each([
    [[], []],
    [[DRAIN_FINALIZER], ['patch of uid-1 at 7: ']],
  ])('is not there where the right to remove it would go first: %j', async (finalizers, expected) => {
    const { draining, calls } = setup({ losesRights: true });
    await draining.claim(parsed(drain, { finalizers }));
    expect(calls).toEqual(expected);
    expect([drain, {}].map((spec) => draining.isGivenUp(parsed(spec)))).toEqual([true, false]);
  });
});

describe('a deleted TickStorm', () => {
  it('lets its pods go, waits for them, and then goes itself', async () => {
    const { draining, calls, pods } = setup();
    pods.upsert(pod);
    const object = live(drain, deleted);
    // 60 s to drain, 15 s around them, 30 s of margin.
    expect(await draining.proceed(object)).toEqual({ requeueAfterMs: 105_000 });
    expect(await draining.proceed(object)).toEqual({ requeueAfterMs: 105_000 });
    expect(calls).toEqual(['delete Deployment demo uid-d']);
    pods.remove(pod);
    expect(await draining.proceed(object)).toEqual({});
    expect(calls.slice(1)).toEqual(['patch of uid-1 at 7: ']);
  });

  it.each([
    [drain, 105_000],
    [{ ...drain, deletionDeadlineSeconds: 7 }, 7_000],
    [{ ...drain, deletionDeadlineSeconds: 0 }, 0],
  ])('goes at its deadline whatever its pods do: %j', async (spec, deadlineMs) => {
    const { draining, calls, clock, pods } = setup();
    pods.upsert(pod);
    clock.nowMs += deadlineMs - 1;
    await draining.proceed(live(spec, deleted));
    clock.nowMs += 1;
    expect(await draining.proceed(live(spec, deleted))).toEqual({});
    expect(calls.at(-1)).toBe('patch of uid-1 at 7: ');
  });

  it('goes at its deadline by a clock of our own where the wall clock is behind or is set back', async () => {
    const { draining, calls, clock, pods } = setup();
    pods.upsert(pod);
    const object = live({ ...drain, deletionDeadlineSeconds: 7 }, deleted);
    clock.nowMs -= 6 * 3_600_000;
    expect(await draining.proceed(object)).toEqual({ requeueAfterMs: 7_000 });
    clock.monotonicMs += 5_000;
    clock.nowMs -= 3_600_000;
    expect(await draining.proceed(object)).toEqual({ requeueAfterMs: 2_000 });
    clock.monotonicMs += 2_000;
    expect(await draining.proceed(object)).toEqual({});
    expect(calls.at(-1)).toBe('patch of uid-1 at 7: ');
  });

  it('that was forgotten is seen anew', async () => {
    const { draining, clock, pods } = setup();
    pods.upsert(pod);
    const object = live({ ...drain, deletionDeadlineSeconds: 7 }, deleted);
    await draining.proceed(object);
    clock.monotonicMs += 5_000;
    draining.forget('uid-1');
    expect(await draining.proceed(object)).toEqual({ requeueAfterMs: 7_000 });
  });

  it.each([
    ['whose policy has changed since', { deletionPolicy: 'Orphan' }],
    ['whose spec cannot be read', { replicas: 'many' }],
  ])('%s goes at once, its pods as they are', async (_, spec) => {
    const { draining, calls, pods } = setup();
    pods.upsert(pod);
    expect(await draining.proceed(live(spec, deleted))).toEqual({});
    expect(calls).toEqual(['patch of uid-1 at 7: ']);
  });

  it('goes at once where its namespace may take the right to remove the finalizer with it', async () => {
    const { draining, calls, pods } = setup({ losesRights: true });
    pods.upsert(pod);
    expect(await draining.proceed(live(drain, deleted))).toEqual({});
    expect(calls).toEqual(['patch of uid-1 at 7: ']);
  });

  it('that somebody else holds is left alone', async () => {
    const { draining, calls } = setup();
    await draining.proceed(live(drain, { ...deleted, finalizers: ['example.io/other'] }));
    expect(calls).toEqual([]);
  });

  it('that is gone meanwhile is no failure', async () => {
    const { draining } = setup({ refusal: new ApiError('patch', 404, '{}') });
    expect(await draining.proceed(live({}, deleted))).toEqual({});
  });

  it('that has changed meanwhile is looked at again', async () => {
    const { draining } = setup({ refusal: new ApiError('patch', 409, '{}') });
    expect(await draining.proceed(live({}, deleted))).toEqual({ requeueAfterMs: 1_000 });
  });
});
