import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { PATIENCE_MS, awaitObject, awaitReady, conditionOf, createNamespace } from './live-tick-storm.ts';
import type { TickStormObject } from './live-tick-storm.ts';
import { smallTickStorm } from './small-tick-storm.ts';
import { testCluster } from './test-cluster.ts';

jest.setTimeout(2 * PATIENCE_MS);

const namespace = 'e2e-ownership';
const inNamespace = `--namespace=${namespace}`;
const { kubectl } = testCluster();
const resource = ['tickstorm', 'mine', inNamespace];

const mine = smallTickStorm({ name: 'mine', namespace }, { server: { drainSeconds: 1 } });
const foreignConfig = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'mine-config', namespace },
  data: { 'config.json': '{"logLevel":"debug"}' },
};

beforeAll(() => createNamespace(kubectl, namespace));
afterAll(async () => {
  await kubectl.run(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);
});

describe('a ConfigMap of the needed name that is not ours', () => {
  it('is left alone, and no pod reads it', async () => {
    await kubectl.apply(foreignConfig);
    await kubectl.apply(mine);
    await awaitObject<TickStormObject, boolean>(kubectl, resource, 'a conflict', (object) => {
      return conditionOf(object, 'Stalled')?.message.includes('Deployment mine is left as it is') === true;
    });
    const config = await kubectl.get<typeof foreignConfig>('configmap', 'mine-config', inNamespace);
    expect(config.data).toEqual(foreignConfig.data);
    expect(await kubectl.run(['get', 'deployment', inNamespace, '--output=name'])).toBe('');
  });

  it('is taken over once its owner hands it over', async () => {
    await kubectl.run(['annotate', 'configmap', 'mine-config', 'tickstorm.io/adopt=mine', inNamespace]);
    const running = await awaitReady(kubectl, namespace, 'mine');
    const config = await kubectl.get<{
      metadata: { ownerReferences: { uid: string }[] };
      data: Record<string, string>;
    }>(...['configmap', 'mine-config', inNamespace]);
    expect(config.metadata.ownerReferences).toEqual([expect.objectContaining({ uid: running.metadata.uid })]);
    expect(config.data['config.json']).toContain('"logLevel": "info"');
  });
});

describe('without autoscaling', () => {
  it('kubectl scale of the Deployment becomes the number of the TickStorm', async () => {
    await kubectl.run(['scale', 'deployment/mine', '--replicas=2', inNamespace]);
    await awaitObject<TickStormObject, boolean>(
      kubectl,
      resource,
      'two wanted pods',
      ({ spec }) => spec.replicas === 2,
    );
    await awaitReady(kubectl, namespace, 'mine');
    // And back, by the TickStorm: the hand of before is not taken for a new one.
    await kubectl.run(['scale', 'tickstorm/mine', '--replicas=1', inNamespace]);
    const deployment = ['deployment', 'mine', inNamespace];
    await awaitObject<{ spec: { replicas: number } }, boolean>(
      kubectl,
      deployment,
      'one pod',
      ({ spec }) => spec.replicas === 1,
    );
    const { spec } = await kubectl.get<TickStormObject>(...resource);
    expect(spec.replicas).toBe(1);
  });
});

describe('a TickStorm that was deleted without its objects', () => {
  it('takes them back when it returns, credentials unchanged', async () => {
    interface Secret {
      readonly data: unknown;
      readonly metadata: { readonly uid: string; readonly ownerReferences?: readonly { readonly uid: string }[] };
    }
    const secret = ['secret', 'mine-auth', inNamespace];
    const before = await kubectl.get<Secret>(...secret);
    await kubectl.run(['delete', ...resource, '--cascade=orphan']);
    await kubectl.apply(mine);
    const { metadata } = await awaitReady(kubectl, namespace, 'mine');
    const after = await awaitObject<Secret, Secret>(kubectl, secret, 'the new owner', (live) => {
      return live.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid) === true && live;
    });
    expect(after.data).toEqual(before.data);
    expect(after.metadata.uid).toBe(before.metadata.uid);
  });
});
