import { describe, expect, it } from '@jest/globals';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { ApiError } from '../runtime/api-error.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { Credentials } from './credentials.ts';
import { trusted } from '../runtime/trusted.ts';

const FRESH_MS = 5 * 60_000;
const FIRST_LOOK_MS = 60_000;

/** One that was seen before, unless its status is to be empty. */
function tickStorm(secretName?: string, spec: object = {}, status: object = { observedGeneration: 1 }): TickStorm {
  const auth = secretName === undefined ? {} : { secretRef: { name: secretName } };
  const metadata = { name: 'demo', namespace: 'n', uid: 'uid-1', generation: 1 };
  const parsed = parseTickStorm({ metadata, spec: { auth, ...spec }, status });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

const secret = (data: Record<string, string>, uid?: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: 's',
    ...(uid !== undefined && {
      ownerReferences: [
        { apiVersion: 'tickstorm.io/v1alpha1', kind: 'TickStorm', name: 'demo', uid, controller: true },
      ],
    }),
  },
  data,
});

function setup(live?: KubeObject) {
  const clock = { nowMs: 0 };
  const calls: string[] = [];
  const created: Record<string, unknown>[] = [];
  const store = { live };
  const credentials = new Credentials({
    now: () => clock.nowMs,
    pace: { isFresh: (_, atMs) => clock.nowMs - atMs < FRESH_MS, mayWait: () => clock.nowMs < FIRST_LOOK_MS },
    newPassword: () => 'p4ss',
    client: {
      get: async (type, _namespace, name) => {
        calls.push(`get ${name}`);
        if (type.kind === 'Secret') return store.live;
        return { apiVersion: 'x', kind: type.kind, metadata: { name, uid: 'uid-1' } };
      },
      create: async (_type, _namespace, body) => {
        calls.push('create');
        if (store.live !== undefined) throw new ApiError('create', 409, '{}');
        created.push(trusted(body));
        store.live = trusted<KubeObject>(body);
        return store.live;
      },
      apply: async (_type, _namespace, _name, body) => {
        calls.push(`apply ${Object.keys(trusted<object>(body)).join(' ')}`);
        return trusted<KubeObject>(body);
      },
      mergePatch: async (_type, _namespace, _name, body) => {
        calls.push(`patch ${JSON.stringify(body)}`);
        return store.live!;
      },
    },
  });
  return { credentials, calls, created, clock, store };
}

const labels = { 'app.kubernetes.io/managed-by': 'tick-storm-operator', 'app.kubernetes.io/instance': 'demo' };
const managedFields = [{ manager: 'tickstorm-operator', operation: 'Update' }];
const both = { username: 'dQ==', password: 'cA==' };

describe('Credentials', () => {
  it('makes a Secret once, and then only looks now and then', async () => {
    const { credentials, calls, created, clock } = setup();
    expect(await credentials.ensure(tickStorm())).toMatchObject({
      ready: true,
      reason: 'SecretGenerated',
      created: true,
    });
    expect(created[0]).toMatchObject({
      metadata: { name: 'demo-auth', ownerReferences: [{ uid: 'uid-1', controller: true }] },
      data: { password: Buffer.from('p4ss').toString('base64') },
    });
    expect(await credentials.ensure(tickStorm())).toMatchObject({ ready: true, created: false });
    expect(calls).toEqual(['get demo-auth', 'create']);
    clock.nowMs += 5 * 60_000;
    await credentials.ensure(tickStorm());
    expect(calls).toEqual(['get demo-auth', 'create', 'get demo-auth']);
  });

  it('tries at once for a TickStorm that is new, and looks at what is there already', async () => {
    const isNew = tickStorm(undefined, {}, {});
    const { credentials, calls } = setup();
    expect(await credentials.ensure(isNew)).toMatchObject({ ready: true, created: true });
    expect(calls).toEqual(['create']);
    const kept = setup(secret({ username: 'dQ==', password: 'cA==' }, 'uid-1'));
    expect(await kept.credentials.ensure(isNew)).toMatchObject({ ready: true, created: false });
    expect(kept.calls).toEqual(['create', 'get demo-auth']);
  });

  it('leaves the Secret of someone else alone', async () => {
    const { credentials, calls } = setup(secret(both));
    expect(await credentials.ensure(tickStorm())).toMatchObject({ ready: false, reason: 'ResourceConflict' });
    expect(calls).toEqual(['get demo-auth']);
  });

  it.each([
    ['was kept when its TickStorm was deleted', { labels, managedFields }],
    ['was handed over', { annotations: { 'tickstorm.io/adopt': 'demo' } }],
  ])('takes a Secret that %s, contents as they are', async (_, metadata) => {
    const given = secret(both);
    const { credentials, calls } = setup({ ...given, metadata: { ...given.metadata, ...metadata } });
    expect(await credentials.ensure(tickStorm())).toMatchObject({ ready: true, reason: 'SecretGenerated' });
    expect(calls).toEqual(['get demo-auth', 'apply apiVersion kind metadata']);
  });

  it('waits for the Secret of a former TickStorm to go', async () => {
    const { credentials } = setup(secret(both, 'uid-0'));
    await expect(credentials.ensure(tickStorm())).rejects.toMatchObject({ name: 'LeavingError' });
  });

  it('takes it over when garbage collection has forgotten it, contents as they are', async () => {
    const given = secret(both, 'uid-0');
    const live = { ...given, metadata: { ...given.metadata, uid: 'uid-s', resourceVersion: '7' } };
    const { credentials, calls, clock } = setup(live);
    await expect(credentials.ensure(tickStorm())).rejects.toMatchObject({ name: 'LeavingError' });
    clock.nowMs = 30_000;
    expect(await credentials.ensure(tickStorm())).toMatchObject({ ready: true });
    const patch = calls.find((call) => call.startsWith('patch'));
    expect(patch).toMatch(/"uid":"uid-s","resourceVersion":"7","ownerReferences":\[\{.*"uid":"uid-1".*\}\]/);
    expect(patch).not.toContain('"data"');
  });

  it('never overwrites, not even what is incomplete', async () => {
    const { credentials, calls } = setup(secret({ username: 'dQ==' }, 'uid-1'));
    const state = await credentials.ensure(tickStorm());
    expect(state).toMatchObject({ ready: false, reason: 'SecretIncomplete' });
    expect(state.message).toContain('no password');
    expect(calls).toEqual(['get demo-auth']);
  });

  it('takes the Secret that the spec names, and keeps looking while it is missing', async () => {
    const { credentials, calls, store } = setup();
    expect(await credentials.ensure(tickStorm('mine'))).toMatchObject({ ready: false, reason: 'SecretNotFound' });
    store.live = secret(both);
    expect(await credentials.ensure(tickStorm('mine'))).toMatchObject({ ready: true, reason: 'SecretFound' });
    expect(calls).toEqual(['get mine', 'get mine']);
  });

  it('refuses credentials with which the server would not start', async () => {
    const encoded = (length: number): string => Buffer.from('x'.repeat(length)).toString('base64');
    const state = async (username: number, password: number) =>
      await setup(secret({ username: encoded(username), password: encoded(password) })).credentials.ensure(
        tickStorm('mine'),
      );
    expect(await state(64, 128)).toMatchObject({ ready: true });
    const long = await state(65, 129);
    expect(long).toMatchObject({ ready: false, reason: 'SecretIncomplete' });
    expect(long.message).toMatch(/a username of more than 64 characters and a password of more than 128 characters/);
  });

  it('never tells the password', async () => {
    const { credentials } = setup();
    expect(JSON.stringify(await credentials.ensure(tickStorm()))).not.toContain('p4ss');
  });

  it('lets a Secret go as soon as the policy is Orphan, contents as they are', async () => {
    const { credentials, calls } = setup(secret({ username: 'YQ==', password: 'YQ==' }, 'uid-1'));
    await credentials.ensure(tickStorm());
    expect(calls).toEqual(['get demo-auth']);
    await credentials.ensure(tickStorm(undefined, { deletionPolicy: 'Orphan' }));
    expect(calls.slice(1)).toEqual(['get demo-auth', 'patch {"metadata":{"ownerReferences":[]}}']);
  });

  it('looks for the users too', async () => {
    const spec = { auth: { secretRef: { name: 's' }, usersSecretRef: { name: 'u' } } };
    const { credentials, store } = setup(secret({ username: 'YQ==', password: 'YQ==' }));
    const lacking = await credentials.ensure(tickStorm(undefined, spec));
    expect(lacking).toMatchObject({ ready: false, reason: 'SecretIncomplete' });
    expect(lacking.message).toContain('Secret u of spec.auth.usersSecretRef has no users');
    store.live = secret({ username: 'YQ==', password: 'YQ==', users: 'YTpi' });
    expect(await credentials.ensure(tickStorm(undefined, spec))).toMatchObject({ ready: true, reason: 'SecretFound' });
  });
});

describe('a new leader', () => {
  const lastTransitionTime = '2026-01-02T03:04:05Z';
  const condition = (type: string, status: string, observedGeneration = 1): object => ({
    type,
    status,
    observedGeneration,
    lastTransitionTime,
    reason: type === 'Ready' ? 'AllReplicasReady' : 'SecretFound',
    message: `${type} of before`,
  });
  const inOrder = [condition('Ready', 'True'), condition('CredentialsReady', 'True')];
  const withConditions = (conditions: object[]): TickStorm => tickStorm('s', {}, { observedGeneration: 1, conditions });

  it('takes what the status says of Secrets in order, and looks at them in their turn', async () => {
    const { credentials, calls, clock } = setup();
    const vouched = { ready: true, reason: 'SecretFound', message: 'CredentialsReady of before', created: false };
    expect(await credentials.ensure(withConditions(inOrder))).toEqual(vouched);
    expect(calls).toEqual([]);
    clock.nowMs = FIRST_LOOK_MS;
    expect(await credentials.ensure(withConditions(inOrder))).toMatchObject({ reason: 'SecretNotFound' });
  });

  it.each([
    ['that was not Ready', [condition('Ready', 'False'), condition('CredentialsReady', 'True')]],
    ['whose spec has changed since', [condition('Ready', 'True', 0), condition('CredentialsReady', 'True', 0)]],
    ['of which it says nothing', [condition('Ready', 'True')]],
  ])('looks at once at those of a TickStorm %s', async (_, conditions) => {
    const { credentials, calls } = setup();
    await credentials.ensure(withConditions(conditions));
    expect(calls).toEqual(['get s']);
  });
});
