import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { PATIENCE_MS, awaitObject, awaitReady, createNamespace } from './live-tick-storm.ts';
import { waitFor } from '../cluster/wait.ts';
import { smallTickStorm } from './small-tick-storm.ts';
import { testCluster } from './test-cluster.ts';

jest.setTimeout(3 * PATIENCE_MS);

const namespace = 'e2e-deletion';
const inNamespace = `--namespace=${namespace}`;
const { kubectl } = testCluster();

interface Owned {
  readonly metadata: {
    readonly uid: string;
    readonly ownerReferences?: readonly { readonly kind: string; readonly uid: string }[];
  };
}

const tickStorm = (name: string, deletionPolicy: string): object =>
  smallTickStorm({ name, namespace }, { deletionPolicy, server: { drainSeconds: 1 } });

/** What of this kind the instance has, as `kind/name` lines. */
const names = async (kinds: string, instance: string): Promise<string[]> =>
  (await kubectl.run(['get', kinds, inNamespace, '-l', `app.kubernetes.io/instance=${instance}`, '--output=name']))
    .split('\n')
    .filter((line) => line !== '');

beforeAll(() => createNamespace(kubectl, namespace));
afterAll(async () => {
  await kubectl.run(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);
});

describe('deletionPolicy: Drain', () => {
  it('keeps the Services until the pods are gone, and leaves nothing', async () => {
    await kubectl.apply(tickStorm('drained', 'Drain'));
    await awaitReady(kubectl, namespace, 'drained');
    await kubectl.run(['delete', 'tickstorm', 'drained', inNamespace, '--wait=false']);
    const order: string[] = [];
    await waitFor(
      async () => {
        const [services, pods] = [await names('service', 'drained'), await names('pod', 'drained')];
        order.push(`${services.length > 0 ? 'services' : ''} ${pods.length > 0 ? 'pods' : ''}`.trim());
        return services.length === 0 && pods.length === 0;
      },
      { what: 'Services and pods to go', timeoutMs: PATIENCE_MS, intervalMs: 200 },
    );
    expect(order).toContain('services pods');
    expect(order).not.toContain('pods');
    expect(await kubectl.run(['get', 'tickstorm', inNamespace, '--output=name'])).toBe('');
  });
});

describe('deletionPolicy: Orphan', () => {
  it('keeps the objects, and they are taken back by a TickStorm of that name', async () => {
    await kubectl.apply(tickStorm('kept', 'Orphan'));
    await awaitReady(kubectl, namespace, 'kept');
    const deployment = ['deployment', 'kept', inNamespace];
    const secret = ['secret', 'kept-auth', inNamespace];
    const before = await kubectl.get<Owned>(...deployment);
    const pods = await names('pod', 'kept');
    expect(before.metadata.ownerReferences).toBeUndefined();
    expect((await kubectl.get<Owned>(...secret)).metadata.ownerReferences).toBeUndefined();
    await kubectl.run(['delete', 'tickstorm', 'kept', inNamespace]);
    // The other policy, so that the references return: by them one sees that it was taken back.
    await kubectl.apply(tickStorm('kept', 'Immediate'));
    const { metadata } = await awaitReady(kubectl, namespace, 'kept');
    for (const object of [deployment, secret, ['service', 'kept-service', inNamespace]]) {
      await awaitObject<Owned, boolean>(kubectl, object, 'the new owner', (live) => {
        return live.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid) === true;
      });
    }
    const after = await kubectl.get<Owned>(...deployment);
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(await names('pod', 'kept')).toEqual(pods);
  });

  it('takes the references off a Secret that had them', async () => {
    await kubectl.apply(tickStorm('kept', 'Orphan'));
    await awaitObject<Owned, boolean>(kubectl, ['secret', 'kept-auth', inNamespace], 'no owner', ({ metadata }) => {
      return metadata.ownerReferences === undefined;
    });
  });
});

describe('a namespace that is deleted', () => {
  it('goes with drained and kept TickStorms in it', async () => {
    const other = 'e2e-deletion-other';
    await createNamespace(kubectl, other);
    for (const policy of ['Drain', 'Orphan']) {
      await kubectl.apply({
        ...tickStorm(policy.toLowerCase(), policy),
        metadata: { name: policy.toLowerCase(), namespace: other },
      });
      await awaitReady(kubectl, other, policy.toLowerCase());
    }
    await kubectl.run(['delete', 'namespace', other, `--timeout=${PATIENCE_MS / 1_000}s`]);
  });
});
