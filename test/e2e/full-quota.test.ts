import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { PATIENCE_MS, awaitObject, awaitReady, conditionOf, createNamespace } from './live-tick-storm.ts';
import type { TickStormObject } from './live-tick-storm.ts';
import { smallPod, smallTickStorm } from './small-tick-storm.ts';
import { testCluster } from './test-cluster.ts';

/** Ten pods start and stop one after the other, on a machine that is busy with other things. */
const ROLLOUT_MS = 8 * 60_000;
jest.setTimeout(ROLLOUT_MS + PATIENCE_MS);

interface DeploymentObject {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: object;
}

interface QuotaObject {
  readonly status?: {
    readonly hard?: Readonly<Record<string, string>>;
    readonly used?: Readonly<Record<string, string>>;
  };
}

const FULL = 'e2e-full-quota';
const LOWERED = 'e2e-lowered-limit';
const { kubectl } = testCluster();
const full = ['tickstorm', 'full', `--namespace=${FULL}`];
const lowered = ['tickstorm', 'lowered', `--namespace=${LOWERED}`];

/** Of every line of the guide's quota what ten small pods take, which find a place. */
const TEN = {
  'requests.cpu': '500m',
  'requests.memory': '640Mi',
  'limits.cpu': '5',
  'limits.memory': '2560Mi',
  pods: '10',
};

/** The guide's autoscaler up to ten pods, at ten, in a quota of ten. */
const fullTickStorm = {
  apiVersion: 'tickstorm.io/v1alpha1',
  kind: 'TickStorm',
  metadata: { name: 'full', namespace: FULL },
  spec: {
    autoscaling: { minReplicas: 10, maxReplicas: 10 },
    quota: { mode: 'Managed', hard: TEN },
    resources: smallPod,
    limitRange: { container: { min: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '64Mi' } } },
    runtime: { workers: 1 },
    server: { drainSeconds: 1 },
    service: { type: 'ClusterIP' },
  },
};

/**
 * At 500m they use a quota of others up. At 350m one more would fit, were all of them new already; beside old ones none
 * does, whichever have been replaced.
 */
const LOWERED_PODS = 3;
const loweredTickStorm = smallTickStorm(
  { name: 'lowered', namespace: LOWERED },
  { replicas: LOWERED_PODS, quota: { mode: 'None' }, limitRange: { mode: 'None' }, server: { drainSeconds: 1 } },
);

const usedOf = async (name: string, namespace: string, used: Readonly<Record<string, string>>): Promise<boolean> => {
  const quota = ['resourcequota', name, `--namespace=${namespace}`];
  return await awaitObject<QuotaObject, boolean>(kubectl, quota, `${JSON.stringify(used)} to be used`, ({ status }) =>
    Object.entries(used).every(([resource, amount]) => status?.used?.[resource] === amount),
  );
};

beforeAll(async () => {
  await createNamespace(kubectl, FULL);
  await createNamespace(kubectl, LOWERED);
  const team = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'team', namespace: LOWERED } };
  await kubectl.apply({ ...team, spec: { hard: { 'limits.cpu': '1500m' } } });
  await kubectl.apply({ apiVersion: 'v1', kind: 'List', items: [fullTickStorm, loweredTickStorm] });
  for (const [resource, pods] of [
    [full, 10],
    [lowered, LOWERED_PODS],
  ] as const) {
    await awaitObject<TickStormObject, boolean>(
      kubectl,
      resource,
      `${pods} ready pods`,
      ({ status }) => status?.readyReplicas === pods,
    );
  }
  await awaitReady(kubectl, FULL, 'full');
  await awaitReady(kubectl, LOWERED, 'lowered');
  await usedOf('tick-storm-quota', FULL, TEN);
  await usedOf('team', LOWERED, { 'limits.cpu': '1500m' });
});

afterAll(async () => {
  await kubectl.run(['delete', 'namespace', FULL, LOWERED, '--ignore-not-found', '--wait=false']);
});

describe('ten pods in a quota of ten', () => {
  it('say that a rollout finds no room, with the numbers and the fix', async () => {
    const condition = conditionOf(await kubectl.get<TickStormObject>(...full), 'QuotaSufficient');
    expect(condition).toMatchObject({ status: 'False', reason: 'SurgeExceedsQuota' });
    expect(condition?.message).toMatch(/ResourceQuota tick-storm-quota binds: limits\.cpu, have 5, need 5500m/);
    expect(condition?.message).toContain(
      "Raise spec.quota.hard to limits.cpu: '5500m', limits.memory: '2816Mi', pods: '11', requests.cpu: '550m', " +
        "requests.memory: '704Mi'",
    );
  });
});

describe('a rollout in a quota that is used up', () => {
  let startedMs: number;
  const isUpdated = async (resource: readonly string[], pods: number): Promise<void> => {
    const [kind, name, namespace] = resource;
    const left = (): string => `--timeout=${Math.ceil((startedMs + ROLLOUT_MS - Date.now()) / 1_000)}s`;
    for (const condition of [`jsonpath={.status.updatedReplicas}=${pods}`, 'condition=Ready'])
      await kubectl.run(['wait', `--for=${condition}`, `${kind}/${name}`, namespace!, left()]);
  };

  // Both at once: they mostly wait.
  beforeAll(async () => {
    startedMs = Date.now();
    const patch = (resource: readonly string[], spec: object): Promise<string> =>
      kubectl.run(['patch', ...resource, '--type=merge', `--patch=${JSON.stringify({ spec })}`]);
    await patch(full, { feed: { clock: { tickIntervalMs: 101 } } });
    await patch(lowered, { resources: { limits: { ...smallPod.limits, cpu: '350m' } } });
  });

  it('of one limit that is lowered: cheaper pods replace the dear ones, for which they leave no room', async () => {
    await isUpdated(lowered, LOWERED_PODS);
    expect(await usedOf('team', LOWERED, { 'limits.cpu': '1050m' })).toBe(true);
  });

  it('by every line, as ten pods in a quota of ten: they are updated all the same, one after the other', async () => {
    await isUpdated(full, 10);
    const deployment = await kubectl.get<DeploymentObject>('deployment', 'full', `--namespace=${FULL}`);
    // Paced by drains, which Deployments do not count: two at a time, of 6 s each.
    expect(deployment.spec).toMatchObject({
      minReadySeconds: 3,
      strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    });
    // The ReplicaSet was refused while pods drained, and was made to try again.
    expect(deployment.metadata.annotations).toHaveProperty(['tickstorm.io/retried-at']);
  });
});
