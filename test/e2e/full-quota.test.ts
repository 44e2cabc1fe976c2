import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { restrictedContainer, restrictedPod } from '../install/restricted-pod.ts';
import { PATIENCE_MS, awaitObject, awaitReady, conditionOf, createNamespace } from './live-tick-storm.ts';
import type { TickStormObject } from './live-tick-storm.ts';
import { smallPod } from './small-tick-storm.ts';
import { testCluster } from './test-cluster.ts';

/** Ten pods start and stop one after the other, on a machine that is busy with other things. */
const ROLLOUT_MS = 8 * 60_000;
jest.setTimeout(ROLLOUT_MS + PATIENCE_MS);

interface DeploymentObject {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly strategy: { readonly rollingUpdate: unknown } };
}

interface QuotaObject {
  readonly status?: {
    readonly hard?: Readonly<Record<string, string>>;
    readonly used?: Readonly<Record<string, string>>;
  };
}

const namespace = 'e2e-full-quota';
const inNamespace = `--namespace=${namespace}`;
const { kubectl } = testCluster();
const resource = ['tickstorm', 'full', inNamespace];

/** The guide's quota of ten pods and autoscaler up to ten, at ten pods; each pod is small, so that ten find a place. */
const full = {
  apiVersion: 'tickstorm.io/v1alpha1',
  kind: 'TickStorm',
  metadata: { name: 'full', namespace },
  spec: {
    autoscaling: { minReplicas: 10, maxReplicas: 10 },
    disruption: { mode: 'Declared' },
    quota: { mode: 'Managed', hard: { pods: '10' } },
    resources: smallPod,
    limitRange: { container: { min: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '64Mi' } } },
    runtime: { workers: 1 },
    server: { drainSeconds: 1 },
    service: { type: 'ClusterIP' },
  },
};

beforeAll(async () => {
  await createNamespace(kubectl, namespace);
  await kubectl.apply(full);
  await awaitObject<TickStormObject, boolean>(
    kubectl,
    resource,
    'ten ready pods',
    ({ status }) => status?.readyReplicas === 10,
  );
  await awaitReady(kubectl, namespace, 'full');
});

afterAll(async () => {
  await kubectl.run(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);
});

describe('ten pods in a quota of ten', () => {
  it('say that a rollout finds no room, with the numbers and the fix', async () => {
    const condition = conditionOf(await kubectl.get<TickStormObject>(...resource), 'QuotaSufficient');
    expect(condition).toMatchObject({ status: 'False', reason: 'SurgeExceedsQuota' });
    expect(condition?.message).toMatch(/ResourceQuota tick-storm-quota binds: pods, have 10, need 13/);
    expect(condition?.message).toContain("Raise spec.quota.hard to pods: '13'");
  });

  it('are updated all the same, one after the other', async () => {
    const { status } = await kubectl.get<QuotaObject>('resourcequota', 'tick-storm-quota', inNamespace);
    expect(status).toMatchObject({ hard: { pods: '10' }, used: { pods: '10' } });
    const startedMs = Date.now();
    await kubectl.run([
      'patch',
      ...resource,
      '--type=merge',
      '--patch',
      '{"spec":{"feed":{"clock":{"tickIntervalMs":101}}}}',
    ]);
    const left = (): string => `--timeout=${Math.ceil((startedMs + ROLLOUT_MS - Date.now()) / 1_000)}s`;
    await kubectl.run(['wait', '--for=jsonpath={.status.updatedReplicas}=10', 'tickstorm/full', inNamespace, left()]);
    await kubectl.run(['wait', '--for=condition=Ready', 'tickstorm/full', inNamespace, left()]);
    const deployment = await kubectl.get<DeploymentObject>('deployment', 'full', inNamespace);
    expect(deployment.spec.strategy.rollingUpdate).toEqual({ maxSurge: 0, maxUnavailable: 1 });
    // The ReplicaSet was refused while pods drained, and was made to try again.
    expect(deployment.metadata.annotations).toHaveProperty(['tickstorm.io/retried-at']);
  });
});

describe('a namespace in which pods of others run', () => {
  const shared = 'e2e-shared-namespace';
  afterAll(async () => {
    await kubectl.run(['delete', 'namespace', shared, '--ignore-not-found', '--wait=false']);
  });

  it('gets no quota unasked, and one when asked', async () => {
    await createNamespace(kubectl, shared);
    const web = { name: 'web', image: 'localhost/pause:1', imagePullPolicy: 'Never', ...restrictedContainer };
    const pod = { ...restrictedPod, containers: [web] };
    await kubectl.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: shared }, spec: pod });
    const mine = {
      ...full,
      metadata: { name: 'guest', namespace: shared },
      spec: { replicas: 0, autoscaling: { mode: 'Disabled' } },
    };
    await kubectl.apply(mine);
    const guest = ['tickstorm', 'guest', `--namespace=${shared}`];
    await awaitObject<TickStormObject, boolean>(kubectl, guest, 'SharedNamespace', (object) => {
      return conditionOf(object, 'SharedNamespace')?.message.includes('web') === true;
    });
    expect(await kubectl.run(['get', 'resourcequota,limitrange', `--namespace=${shared}`, '--output=name'])).toBe('');
    const asked = { spec: { quota: { mode: 'Managed' }, limitRange: { mode: 'None' } } };
    await kubectl.run(['patch', ...guest, '--type=merge', '--patch', JSON.stringify(asked)]);
    await kubectl.run([
      'wait',
      '--for=create',
      'resourcequota/tick-storm-quota',
      `--namespace=${shared}`,
      '--timeout=60s',
    ]);
  });
});
