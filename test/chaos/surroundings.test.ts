import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '../cluster/wait.ts';
import { ChaosBed } from './chaos-bed.ts';
import type { LiveObject } from './end-state.ts';
import { podless } from './tick-storms.ts';

jest.setTimeout(120_000);

const namespace = 'surroundings';
const inNamespace = `--namespace=${namespace}`;
const bed = new ChaosBed();
const zone = 'topology.kubernetes.io/zone';
/** Nodes without a kubelet: their labels are all that counts here. */
const nodes = ['surroundings-1', 'surroundings-2', 'surroundings-3'];
const node = (name: string, index: number): object => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name,
    labels: { [zone]: `zone-${index < 2 ? 'a' : 'b'}`, 'kubernetes.io/os': 'linux', bed: 'surroundings' },
  },
  spec: { unschedulable: true },
});

beforeAll(async () => {
  const system = await bed.namespace('surroundings-system');
  await bed.namespace(namespace);
  await bed.kubectl.apply({ apiVersion: 'v1', kind: 'List', items: nodes.map(node) });
  await bed.operator('surroundings', await bed.proxy(), { namespace: system, watchNamespaces: [] });
});
afterAll(async () => {
  await bed.kubectl.run(['delete', 'node', ...nodes, '--ignore-not-found']);
  await bed.clear();
});

/** Resolves once the condition has this reason, with its message. */
const awaitReason = (type: string, wanted: string, name = 'ticks', where = namespace): Promise<string> =>
  waitFor(
    async () => {
      const { status } = await bed.kubectl.get<LiveObject>('tickstorm', name, `--namespace=${where}`);
      const conditions = (status?.conditions ?? []) as unknown as readonly Record<
        'type' | 'reason' | 'message',
        string
      >[];
      const found = conditions.find((condition) => condition.type === type);
      return found?.reason === wanted && found.message;
    },
    { what: `${type} with reason ${wanted}`, timeoutMs: 30_000 },
  );

it('counts the zones that there are, and again when a node goes', async () => {
  const spec = {
    autoscaling: { mode: 'Enabled', minReplicas: 1, maxReplicas: 2 },
    replicas: 1,
    scheduling: { zoneAntiAffinity: 'Required', nodeSelector: { bed: 'surroundings' } },
  };
  await bed.kubectl.apply(podless(namespace, 'ticks', spec), ['--server-side']);
  expect(await awaitReason('ZonesSufficient', 'ZonesFit')).toContain('2 zones (zone-a, zone-b) for 2 pods');
  await bed.kubectl.run(['delete', 'node', nodes[2]!]);
  expect(await awaitReason('ZonesSufficient', 'ZonesExceeded')).toContain('have 1 zone (zone-a), need 2');
});

it('sees a budget of others over its pods, and that it has gone', async () => {
  await awaitReason('DisruptionSafe', 'BudgetBlocksEvictions');
  const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'all', namespace } };
  await bed.kubectl.apply({ ...budget, spec: { maxUnavailable: 1, selector: {} } });
  expect(await awaitReason('DisruptionSafe', 'ForeignBudgets')).toContain('PodDisruptionBudget all of others');
  await bed.kubectl.run(['delete', 'poddisruptionbudget', 'all', inNamespace]);
  await awaitReason('DisruptionSafe', 'BudgetBlocksEvictions');
});

describe('two in one namespace', () => {
  const quota = ['resourcequota', 'tick-storm-quota', inNamespace] as const;
  const podsOf = async (): Promise<string | undefined> => {
    const { spec } = await bed.kubectl.get<{ spec: { hard: Record<string, string> } }>(...quota);
    return spec.hard['pods'];
  };
  const awaitPods = (pods: string): Promise<boolean> =>
    waitFor(async () => (await podsOf()) === pods, { what: `a quota of ${pods} pods`, timeoutMs: 30_000 });

  it('reckon with what the other one may grow to, as soon as that is declared', async () => {
    const hard = { pods: '10' };
    await bed.kubectl.apply({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'team', namespace },
      spec: { hard },
    });
    const spec = { quota: { mode: 'None' }, limitRange: { mode: 'None' } };
    await bed.kubectl.apply(podless(namespace, 'ticks', { ...spec, scheduling: {} }), ['--server-side']);
    await bed.kubectl.apply(podless(namespace, 'other', spec), ['--server-side']);
    await awaitReason('QuotaSufficient', 'QuotaFits');
    const growing = { autoscaling: { mode: 'Enabled', minReplicas: 2, maxReplicas: 10 } };
    await bed.kubectl.run([
      'patch',
      'tickstorm',
      'other',
      inNamespace,
      '--type=merge',
      '--patch',
      JSON.stringify({ spec: growing }),
    ]);
    expect(await awaitReason('QuotaSufficient', 'SurgeExceedsQuota')).toContain('for others in the namespace');
    await bed.kubectl.run(['delete', 'tickstorm', 'other', inNamespace]);
    await awaitReason('QuotaSufficient', 'QuotaFits');
    await bed.kubectl.run(['delete', 'resourcequota', 'team', inNamespace]);
  });

  it('leave a quota as a hand has set it while one of them is paused, and put it right at once afterwards', async () => {
    const managed = { quota: { mode: 'Managed', hard: { pods: '10' } } };
    await bed.kubectl.apply(podless(namespace, 'ticks', managed), ['--server-side', '--force-conflicts']);
    await awaitPods('10');
    await bed.kubectl.run(['annotate', 'tickstorm', 'ticks', inNamespace, 'tickstorm.io/paused=all']);
    await awaitReason('Paused', 'PausedByAnnotation');
    const raised = JSON.stringify({ spec: { hard: { pods: '50' } } });
    await bed.kubectl.run(['patch', ...quota, '--type=merge', '--patch', raised]);
    await bed.kubectl.apply(podless(namespace, 'other', { quota: { mode: 'Managed', hard: { pods: '5' } } }), [
      '--server-side',
    ]);
    expect(await awaitReason('SharedHeldBack', 'NeighbourPaused', 'other')).toContain('TickStorm ticks');
    expect(await podsOf()).toBe('50');
    await bed.kubectl.run(['annotate', 'tickstorm', 'ticks', inNamespace, 'tickstorm.io/paused-']);
    await awaitPods('15');
  });
});

describe('bounds that others have set', () => {
  const bounded = 'surroundings-bounded';
  const inBounded = `--namespace=${bounded}`;
  const off = { quota: { mode: 'None' }, limitRange: { mode: 'None' } };
  const apply = (name: string, spec: object): Promise<string> =>
    bed.kubectl.apply(podless(bounded, name, { ...off, ...spec }), ['--server-side']);
  const setPods = (pods: string): Promise<string> =>
    bed.kubectl.apply({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'team', namespace: bounded },
      spec: { hard: { pods } },
    });
  beforeAll(() => bed.namespace(bounded));

  it('of a quota cap the autoscaler, where it may be capped, and are named', async () => {
    const awaitMost = (most: number): Promise<boolean> =>
      waitFor(
        async () => {
          const { spec } = await bed.kubectl.get<{ spec: { maxReplicas: number } }>('hpa', 'capped-hpa', inBounded);
          return spec.maxReplicas === most;
        },
        { what: `an autoscaler up to ${most} pods`, timeoutMs: 30_000 },
      );
    const autoscaling = { mode: 'Enabled', minReplicas: 2, maxReplicas: 8 };
    const capped = (autoscalerCap: string): Promise<string> =>
      apply('capped', { replicas: 2, autoscaling, quota: { mode: 'None', autoscalerCap } });
    await setPods('4');
    await capped('Enabled');
    const message = await awaitReason('QuotaSufficient', 'OtherQuotaBinding', 'capped', bounded);
    expect(message).toMatch(
      /ResourceQuota team binds: pods, have 4, need 8 .* lower spec\.autoscaling\.maxReplicas to 4$/,
    );
    await awaitMost(4);
    await setPods('6');
    await awaitMost(6);
    await capped('Disabled');
    await awaitMost(8);
  });

  it('of a quota are those that the API server keeps to', async () => {
    // The other one has them.
    await setPods('2');
    await apply('full', { replicas: 1 });
    expect(await awaitReason('QuotaSufficient', 'OtherQuotaBinding', 'full', bounded)).toContain('pods, have 2, need');
    expect(await awaitReason('Ready', 'ReplicaFailure', 'full', bounded)).toContain('exceeded quota: team');
    await bed.kubectl.run(['delete', 'resourcequota', 'team', inBounded]);
    await awaitReason('QuotaSufficient', 'NoQuota', 'full', bounded);
  });

  it('of a limit range are told, as the API server refuses the pods, and until they fit', async () => {
    const limits = [{ type: 'Container', max: { cpu: '1' } }];
    await bed.kubectl.apply({
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'team', namespace: bounded },
      spec: { limits },
    });
    await apply('large', { replicas: 1 });
    expect(await awaitReason('LimitRangeConflict', 'PodBreaksLimitRange', 'large', bounded)).toContain(
      'LimitRange team admits at most 1 of cpu, and the pods have limits.cpu of 2 in container tick-storm: ' +
        'none of them can be created',
    );
    const refusal = 'maximum cpu usage per Container is 1, but limit is 2';
    expect(await awaitReason('Ready', 'ReplicaFailure', 'large', bounded)).toContain(refusal);
    await apply('large', { replicas: 1, resources: { limits: { cpu: '1' } } });
    await awaitReason('LimitRangeConflict', 'LimitRangesFit', 'large', bounded);
    // It is created now: that there is no node for it is another matter.
    await awaitReason('Ready', 'Unschedulable', 'large', bounded);
  });
});
