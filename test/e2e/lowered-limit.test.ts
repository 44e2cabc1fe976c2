import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { PATIENCE_MS, awaitObject, awaitReady, createNamespace, type TickStormObject } from './live-tick-storm.ts';
import { smallPod, smallTickStorm } from './small-tick-storm.ts';
import { testCluster } from './test-cluster.ts';

/**
 * At 500m they use the quota up. At 350m one more would fit, were all of them new already; beside old ones none does,
 * whichever have been replaced.
 */
const PODS = 3;
/** They start and stop one after the other, on a machine that is busy with other things. */
const ROLLOUT_MS = PODS * 60_000;
jest.setTimeout(ROLLOUT_MS + PATIENCE_MS);

interface QuotaObject {
  readonly status?: { readonly used?: Readonly<Record<string, string>> };
}

const namespace = 'e2e-lowered-limit';
const inNamespace = `--namespace=${namespace}`;
const { kubectl } = testCluster();
const resource = ['tickstorm', 'lowered', inNamespace];
const quota = ['resourcequota', 'team', inNamespace];

beforeAll(async () => {
  await createNamespace(kubectl, namespace);
  const spec = { hard: { 'limits.cpu': '1500m' } };
  await kubectl.apply({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'team', namespace }, spec });
  await kubectl.apply(
    smallTickStorm(
      { name: 'lowered', namespace },
      { replicas: PODS, quota: { mode: 'None' }, limitRange: { mode: 'None' }, server: { drainSeconds: 1 } },
    ),
  );
  await awaitObject<TickStormObject, boolean>(
    kubectl,
    resource,
    'all pods to be ready',
    ({ status }) => status?.readyReplicas === PODS,
  );
  await awaitReady(kubectl, namespace, 'lowered');
  await awaitObject<QuotaObject, boolean>(
    kubectl,
    quota,
    'a quota that is used up',
    ({ status }) => status?.used?.['limits.cpu'] === '1500m',
  );
});

afterAll(async () => {
  await kubectl.run(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);
});

it('a limit is lowered in a quota that is used up: cheaper pods replace the dear ones, for which they leave no room', async () => {
  const limits = { ...smallPod.limits, cpu: '350m' };
  const patch = JSON.stringify({ spec: { resources: { limits } } });
  await kubectl.run(['patch', ...resource, '--type=merge', '--patch', patch]);
  const updated = `--for=jsonpath={.status.updatedReplicas}=${PODS}`;
  await kubectl.run(['wait', updated, 'tickstorm/lowered', inNamespace, `--timeout=${ROLLOUT_MS / 1_000}s`]);
  await awaitReady(kubectl, namespace, 'lowered');
  const isLess = await awaitObject<QuotaObject, boolean>(
    kubectl,
    quota,
    'what the cheaper pods use of the quota',
    ({ status }) => status?.used?.['limits.cpu'] === '1050m',
  );
  expect(isLess).toBe(true);
});
