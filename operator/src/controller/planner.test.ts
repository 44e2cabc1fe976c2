import { describe, expect, it, jest } from '@jest/globals';
import type { V1PodSpec } from '@kubernetes/client-node';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { Informer } from '../runtime/informer.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import type { IndexFunction } from '../runtime/object-cache.ts';
import type { ResourceType } from '../runtime/resource-type.ts';
import { KeepingLogger } from '../runtime/testing/keeping-logger.ts';
import { trusted } from '../runtime/trusted.ts';
import { OWNED_KINDS, POD, SHARED_KINDS, TICK_STORM } from './kinds.ts';
import { ownerKeys } from './ownership.ts';
import { Planner } from './planner.ts';
import { PackedTemplate, recordAnnotations, type TemplateRecord } from './template-record.ts';

const NO_CLIENT = trusted<ApiClient>({});
const byNamespace: IndexFunction = ({ metadata }) => [metadata.namespace ?? ''];

function informer(type: ResourceType, indexers: Record<string, IndexFunction>): Informer {
  const logger = new KeepingLogger();
  return new Informer({ client: NO_CLIENT, type, namespaces: [], logger, onChange: () => undefined, indexers });
}

const live = (name: string, spec: object): KubeObject => ({
  apiVersion: TICK_STORM.apiVersion,
  kind: TICK_STORM.kind,
  metadata: { name, namespace: 'n', uid: `uid-${name}`, generation: 1, resourceVersion: '1' },
  spec,
});

const resources = { limits: { cpu: '2' }, requests: { cpu: '500m' } };
const runningPod = (name: string, instance: string, phase = 'Running'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'n',
    labels: { 'app.kubernetes.io/managed-by': 'tick-storm-operator', 'app.kubernetes.io/instance': instance },
  },
  spec: { containers: [{ name: 'tick-storm', resources }] },
  status: { phase },
});

const quota = (hard: object, used: object, name = 'team'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name, namespace: 'n' },
  spec: { hard },
  status: { hard, used },
});

const node = (zone: string, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: zone,
    labels: { 'topology.kubernetes.io/zone': zone, 'kubernetes.io/os': 'linux', ...labels },
  },
});

interface Objects {
  tickStorms: KubeObject[];
  quotas?: KubeObject[];
  limitRanges?: KubeObject[];
  pods?: KubeObject[];
  deployments?: KubeObject[];
  budgets?: KubeObject[];
  nodes?: KubeObject[];
}

function setup(objects: Objects, deployments: Informer = informer(OWNED_KINDS.Deployment, {})) {
  const tickStorms = informer(TICK_STORM, { namespace: byNamespace });
  const quotas = informer(SHARED_KINDS.ResourceQuota, { namespace: byNamespace });
  const limitRanges = informer(SHARED_KINDS.LimitRange, { namespace: byNamespace });
  const pods = informer(POD, { instance: ownerKeys });
  const budgets = informer(OWNED_KINDS.PodDisruptionBudget, { foreign: byNamespace });
  for (const object of objects.deployments ?? []) deployments.cache.upsert(object);
  for (const object of objects.limitRanges ?? []) limitRanges.cache.upsert(object);
  for (const object of objects.budgets ?? []) budgets.cache.upsert(object);
  for (const object of objects.tickStorms) tickStorms.cache.upsert(object);
  for (const object of objects.quotas ?? []) quotas.cache.upsert(object);
  for (const object of objects.pods ?? []) pods.cache.upsert(object);
  return new Planner({
    tickStorms,
    quotas,
    limitRanges,
    pods,
    deployments,
    budgets,
    nodes: () => objects.nodes,
    podContext: { serverImage: 'image:1', allowsHostLevel: false },
    now: () => Date.parse('2026-01-01T00:10:00Z'),
  });
}

function parsed(object: KubeObject): TickStorm {
  const result = parseTickStorm(object);
  if (!result.ok) throw new Error(result.problem);
  return result.value;
}

const sidecarOf = (amounts: object): object => ({
  name: 'side',
  image: 'side:1',
  resources: { requests: amounts, limits: amounts },
});

/** The Deployment of a TickStorm, with a pod template that was applied to it. */
const withTemplate = (name: string, ...containers: object[]): KubeObject => keeping(name, containers);

const keeping = (name: string, containers: object[], more: Partial<TemplateRecord> = {}): KubeObject => {
  const spec = trusted<V1PodSpec>({ containers });
  const record = {
    applied: PackedTemplate.pack({ spec }),
    by: '',
    source: undefined,
    heldBack: undefined,
    lastGood: undefined,
    ...more,
  };
  const owner = {
    apiVersion: TICK_STORM.apiVersion,
    kind: TICK_STORM.kind,
    name,
    uid: `uid-${name}`,
    controller: true,
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'n', annotations: recordAnnotations(record), ownerReferences: [owner] },
    spec: { replicas: 2 },
  };
};

/** A pod of 5 CPUs. */
const five = [{ name: 'tick-storm', resources }, sidecarOf({ cpu: '3' })];

const rolling = (rollingUpdate: object): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a', generation: 2 },
  spec: { replicas: 2, strategy: { rollingUpdate } },
  status: { observedGeneration: 2, replicas: 2, updatedReplicas: 1 },
});

describe('the plan', () => {
  const two = live('a', { replicas: 2, autoscaling: { mode: 'Disabled' } });

  it('surges where nothing limits it', () => {
    expect(setup({ tickStorms: [two] }).plan(parsed(two), undefined)).toMatchObject({
      strategy: 'SurgeOne',
      minReadySeconds: 35,
      hasRoom: true,
      quota: { reason: 'NoQuota' },
    });
  });

  it('replaces pods where the quota is full, and sees the room that a pod leaves', () => {
    const pods = [runningPod('1', 'a'), runningPod('2', 'a'), runningPod('3', 'a', 'Succeeded')];
    const full = setup({ tickStorms: [two], quotas: [quota({ pods: '2' }, { pods: '2' })], pods });
    expect(full.plan(parsed(two), undefined)).toMatchObject({ strategy: 'Replace', hasRoom: false });
    const left = setup({ tickStorms: [two], quotas: [quota({ pods: '2' }, { pods: '1' })], pods: [pods[0]!] });
    expect(left.plan(parsed(two), undefined)).toMatchObject({ strategy: 'Replace', hasRoom: true });
  });

  describe('where what runs does not cost what the spec declares', () => {
    const many = (limit: string): KubeObject =>
      live('a', {
        replicas: 8,
        autoscaling: { mode: 'Disabled' },
        resources: { limits: { cpu: limit }, requests: { cpu: '500m' } },
      });
    const eight = Array.from({ length: 8 }, (_, index) => runningPod(`${index}`, 'a'));
    const cpu = (hard: number, used: number): KubeObject[] => [
      quota({ 'limits.cpu': `${hard}` }, { 'limits.cpu': `${used}` }),
    ];
    const planOf = (tickStorm: KubeObject, quotas: KubeObject[], pods: KubeObject[]) =>
      setup({ tickStorms: [tickStorm], quotas, pods }).plan(parsed(tickStorm), undefined);

    it('replaces dear pods by cheap ones without an extra one, for which the dear ones leave no room', () => {
      expect(planOf(many('1'), cpu(16, 16), eight)).toMatchObject({
        strategy: 'Replace',
        hasRoom: false,
        quota: { reason: 'QuotaFits' },
      });
      // One has gone: the cheap one that takes its place needs half of that.
      expect(planOf(many('1'), cpu(16, 14), eight.slice(1))).toMatchObject({ strategy: 'Replace', hasRoom: true });
      expect(planOf(many('1'), cpu(18, 16), eight)).toMatchObject({ strategy: 'SurgeOne', hasRoom: true });
    });

    it('replaces cheap pods by dear ones without an extra one, for which the dear ones will leave no room', () => {
      const plan = planOf(many('4'), cpu(32, 16), eight);
      expect(plan).toMatchObject({ strategy: 'Replace', hasRoom: true });
      expect(planOf(many('4'), cpu(36, 16), eight).strategy).toBe('SurgeOne');
    });

    it.each<[string, object]>([
      ['a sidecar that admission adds', { containers: [{ name: 'mesh', resources: { limits: { cpu: '250m' } } }] }],
      ['the overhead of a runtime class', { overhead: { cpu: '250m' } }],
    ])('reckons with %s, which the template does not have', (_, added) => {
      const admitted = eight.map((pod) => {
        const spec = trusted<{ containers: object[] }>(pod['spec']);
        const { containers = [], ...others } = trusted<{ containers?: object[] }>(added);
        return { ...pod, spec: { ...spec, ...others, containers: [...spec.containers, ...containers] } };
      });
      expect(planOf(many('2'), cpu(18, 18), admitted)).toMatchObject({ strategy: 'Replace', hasRoom: false });
      // Room for a pod of the template, not for one as it is admitted.
      const tight = [quota({ 'limits.cpu': '20' }, { 'limits.cpu': '18' })];
      expect(planOf(many('2'), tight, admitted)).toMatchObject({
        strategy: 'Replace',
        hasRoom: false,
        quota: { reason: 'SurgeExceedsQuota' },
      });
      expect(planOf(many('2'), cpu(17, 17), admitted).quota).toMatchObject({ reason: 'OtherQuotaBinding' });
      expect(planOf(many('2'), cpu(21, 18), admitted)).toMatchObject({ strategy: 'SurgeOne', hasRoom: true });
    });

    it('leaves the others of the namespace what their pods cost as they are admitted', () => {
      const mesh = { name: 'mesh', resources: { limits: { cpu: '250m' } } };
      const spec = { containers: [{ name: 'tick-storm', resources }, mesh] };
      const pods = [runningPod('1', 'a'), { ...runningPod('2', 'b'), spec }];
      const other = live('b', { replicas: 3, autoscaling: { mode: 'Disabled' } });
      const messageAt = (hard: number): string =>
        setup({ tickStorms: [two, other], quotas: cpu(hard, 4.25), pods }).plan(parsed(two), undefined).quota.message;
      // One of b runs and two may come, by 2.25 each; the rest is for pods by 2 each.
      expect(messageAt(18.75)).toContain('Up to 6 pods fit');
      expect(messageAt(18.7)).toContain('Up to 5 pods fit');
    });

    it('reckons with the default priority class, which admission gives pods that name none', () => {
      const matchExpressions = [{ scopeName: 'PriorityClass', operator: 'In', values: ['default'] }];
      const scoped = {
        ...quota({ pods: '8' }, { pods: '8' }),
        spec: { hard: { pods: '8' }, scopeSelector: { matchExpressions } },
      };
      const classOf = (pods: KubeObject[], priorityClassName: string): KubeObject[] =>
        pods.map((pod) => ({ ...pod, spec: { ...trusted<object>(pod['spec']), priorityClassName } }));
      expect(planOf(many('2'), [scoped], classOf(eight, 'default'))).toMatchObject({
        strategy: 'Replace',
        hasRoom: false,
        quota: { reason: 'SurgeExceedsQuota' },
      });
      expect(planOf(many('2'), [scoped], classOf(eight, 'other'))).toMatchObject({ quota: { reason: 'NoQuota' } });
      const mixed = [...classOf(eight.slice(1), 'default'), ...eight.slice(0, 1)];
      expect(planOf(many('2'), [scoped], mixed)).toMatchObject({ quota: { reason: 'NoQuota' } });
    });

    it.each<[string, object, object]>([
      ['before the pods roll', { status: {} }, { reason: 'NoQuota' }],
      [
        'while they roll',
        { status: { observedGeneration: 1, replicas: 8, updatedReplicas: 0 } },
        { reason: 'NoQuota' },
      ],
      [
        'until all have, and got it from admission',
        { status: { observedGeneration: 1, replicas: 8, updatedReplicas: 8 } },
        { reason: 'SurgeExceedsQuota' },
      ],
      [
        'until all that run have, of more that are asked for',
        { spec: { replicas: 13 }, status: { observedGeneration: 1, replicas: 8, updatedReplicas: 8 } },
        { reason: 'SurgeExceedsQuota' },
      ],
    ])(
      'takes a class that the spec no longer names for none, and not for the default: %s',
      (when, status, expected) => {
        const matchExpressions = [{ scopeName: 'PriorityClass', operator: 'In', values: ['gold'] }];
        const scoped = {
          ...quota({ pods: '8' }, { pods: '8' }),
          spec: { hard: { pods: '8' }, scopeSelector: { matchExpressions } },
        };
        const pods = eight.map((pod) => ({
          ...pod,
          spec: { ...trusted<object>(pod['spec']), priorityClassName: 'gold' },
        }));
        const containers = [{ name: 'tick-storm' }];
        const [plain, gold] = [{ containers }, { containers, priorityClassName: 'gold' }].map((spec) =>
          PackedTemplate.pack({ spec }),
        );
        const isBefore = when.startsWith('before');
        const annotations = recordAnnotations({
          applied: isBefore ? gold! : plain!,
          lastGood: isBefore ? undefined : gold,
          by: '',
          source: undefined,
          heldBack: undefined,
        });
        const metadata = { name: 'a', namespace: 'n', generation: 1, annotations };
        const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 8 }, ...status };
        const tickStorm = many('2');
        const planned = setup({ tickStorms: [tickStorm], quotas: [scoped], pods }).plan(parsed(tickStorm), deployment);
        expect(planned.quota).toMatchObject(expected);
        // That of another TickStorm is reserved for in the same way.
        const other = live('b', {
          replicas: 1,
          autoscaling: { mode: 'Disabled' },
          scheduling: { priorityClassName: 'gold' },
        });
        const planner = setup({
          tickStorms: [tickStorm, other],
          quotas: [scoped],
          pods: pods.slice(1),
          deployments: [deployment],
        });
        expect(planner.plan(parsed(other), undefined).quota.message).toContain(
          `${when.startsWith('until') ? 9 : 8} of it for others`,
        );
      },
    );

    it('leaves pods out that a quota does not count', () => {
      const prioritized = {
        ...quota({ pods: '9' }, { pods: '0' }),
        spec: { hard: { pods: '9' }, scopes: ['Terminating'] },
      };
      expect(planOf(many('2'), [prioritized], eight)).toMatchObject({ quota: { reason: 'NoQuota' } });
    });
  });

  describe('in a namespace with another TickStorm', () => {
    const ten = { replicas: 10, autoscaling: { mode: 'Disabled' }, limitRange: { mode: 'None' } };
    const messageOf = (quotas: KubeObject[], spec: object = {}, others: object = {}, metadata: object = {}): string => {
      const [a, other] = [live('a', { ...ten, ...spec }), live('b', { ...ten, ...others })];
      const b = { ...other, metadata: { ...other.metadata, ...metadata } };
      return setup({ tickStorms: [a, b], quotas }).plan(parsed(a), undefined).quota.message;
    };
    const shared = quota({ pods: '20' }, { pods: '0' }, 'tick-storm-quota');
    const owned: KubeObject = {
      ...shared,
      metadata: { ...shared.metadata, labels: { 'app.kubernetes.io/managed-by': 'tick-storm-operator' } },
    };

    it.each<[string, object, string, object?]>([
      ['its own share', {}, "Raise spec.quota.hard to pods: '11'"],
      [
        'the whole that it fixes',
        { quota: { mode: 'Fixed', hard: { pods: '20' } } },
        "Raise spec.quota.hard to pods: '21'",
      ],
      [
        'the whole that the other fixes',
        {},
        "Raise spec.quota.hard of TickStorm b, which fixes the quota of the namespace, to pods: '21'",
        { quota: { mode: 'Fixed', hard: { pods: '20' } } },
      ],
    ])('says by how much to raise %s', (_, spec, remedy, others = {}) => {
      const reference = { apiVersion: TICK_STORM.apiVersion, kind: TICK_STORM.kind, name: 'a', uid: 'uid-a' };
      const quotas = [{ ...owned, metadata: { ...owned.metadata, ownerReferences: [reference] } }];
      expect(messageOf(quotas, spec, others)).toContain(remedy);
    });

    it('reserves nothing for the other once it is being deleted', () => {
      const leaving = { deletionTimestamp: '2026-01-01T00:00:00Z' };
      expect(messageOf([shared], {}, {}, leaving)).toContain('Up to 20 pods fit');
    });

    it('reserves for the containers of the other what a limit range gives them', () => {
      const [a, b] = [
        live('a', { replicas: 1, autoscaling: { mode: 'Disabled' } }),
        live('b', {
          replicas: 2,
          autoscaling: { mode: 'Disabled' },
          podTemplate: { spec: { containers: [{ name: 'side', image: 'side:1' }] } },
        }),
      ];
      const limits = [{ type: 'Container', default: { cpu: '3' }, defaultRequest: { cpu: '1' } }];
      const limitRange: KubeObject = {
        apiVersion: 'v1',
        kind: 'LimitRange',
        metadata: { name: 'team', namespace: 'n' },
        spec: { limits },
      };
      const quotas = [quota({ 'limits.cpu': '11' }, {})];
      const planner = setup({ tickStorms: [a, b], quotas, limitRanges: [limitRange] });
      // Two of b, of 2 and 3 each.
      expect(planner.plan(parsed(a), undefined).quota.message).toContain('need 12');
    });

    it('reserves for the pods that the other keeps while its overlay is refused', () => {
      const [a, b] = [
        live('a', { replicas: 1, autoscaling: { mode: 'Disabled' } }),
        live('b', {
          replicas: 2,
          autoscaling: { mode: 'Disabled' },
          podTemplate: { spec: { hostNetwork: true } },
        }),
      ];
      const deployments = [withTemplate('b', { name: 'tick-storm', resources }, sidecarOf({ cpu: '3' }))];
      const quotas = [quota({ 'limits.cpu': '11' }, {})];
      const planner = setup({ tickStorms: [a, b], quotas, deployments });
      // Two of b, of 2 and 3 each.
      expect(planner.plan(parsed(a), undefined).quota.message).toContain('need 12');
    });

    it.each<[string, Partial<TemplateRecord>, Record<string, string>, string]>([
      ['what those cost that are held back', { heldBack: 'aaaaaaaaaa' }, {}, 'need 12'],
      [
        'what those cost that a rollback has brought back',
        { lastGood: PackedTemplate.pack({ spec: trusted({ containers: five }) }) },
        { 'tickstorm.io/roll-back': 'aaaaaaaaaa' },
        'need 12',
      ],
      ['what those of the spec cost where it is those that roll', {}, {}, 'Up to 3 pods fit'],
    ])('reserves for the pods of the other %s', (_, more, annotations, message) => {
      const [a, other] = [live('a', { ...ten, replicas: 1 }), live('b', { ...ten, replicas: 2 })];
      const b = { ...other, metadata: { ...other.metadata, annotations } };
      const quotas = [quota({ 'limits.cpu': '11' }, {})];
      const planner = setup({ tickStorms: [a, b], quotas, deployments: [keeping('b', five, more)] });
      expect(planner.plan(parsed(a), undefined).quota.message).toContain(message);
    });

    describe('whose Deployment it has looked at', () => {
      const heldBack = keeping('b', five, { heldBack: 'aaaaaaaaaa' });
      const inVersion = (object: KubeObject, resourceVersion: string, uid = 'uid-of-b'): KubeObject => ({
        ...object,
        metadata: { ...object.metadata, resourceVersion, uid },
      });
      const mesh = { name: 'mesh', resources: { limits: { cpu: '250m' } } };
      const admitted = { ...runningPod('1', 'b'), spec: { containers: [{ name: 'tick-storm', resources }, mesh] } };

      function looking() {
        const deployments = informer(OWNED_KINDS.Deployment, {});
        const [a, b] = [live('a', { ...ten, replicas: 1 }), live('b', { ...ten, replicas: 3 })];
        const objects = { tickStorms: [a, b], quotas: [quota({ 'limits.cpu': '11' }, {})], pods: [admitted] };
        const planner = setup({ ...objects, deployments: [inVersion(heldBack, '7')] }, deployments);
        const messageNow = (): string => planner.plan(parsed(a), undefined).quota.message;
        return { planner, cache: deployments.cache, messageNow, looks: jest.spyOn(deployments.cache, 'getByKey') };
      }

      it('does not look at it again until it has changed', () => {
        const { cache, messageNow, looks } = looking();
        const first = messageNow();
        // Two more of 5.25 each.
        expect(first).toContain('need 12500m');
        expect(looks).toHaveBeenCalled();
        looks.mockClear();
        expect(messageNow()).toBe(first);
        expect(looks).not.toHaveBeenCalled();
        cache.upsert(inVersion(keeping('b', five), '8'));
        // As the spec has them, of 2.25 each.
        expect(messageNow()).toContain('Up to 3 pods fit');
        cache.upsert(inVersion(heldBack, '9'));
        expect(messageNow()).toBe(first);
      });

      it('sees that it has gone, and that another has its name', () => {
        const { cache, messageNow } = looking();
        const first = messageNow();
        cache.remove(inVersion(heldBack, '7'));
        expect(messageNow()).toContain('Up to 3 pods fit');
        cache.upsert(inVersion(heldBack, '7', 'uid-of-the-next'));
        expect(messageNow()).toBe(first);
      });

      it('forgets it with its TickStorm', () => {
        const { planner, messageNow, looks } = looking();
        messageNow();
        looks.mockClear();
        planner.forget('uid-b');
        messageNow();
        expect(looks).toHaveBeenCalled();
      });
    });

    it('reserves nothing for the other in a quota that does not count its pods', () => {
      const scoped = (operator: string): KubeObject => {
        const scopeSelector = { matchExpressions: [{ scopeName: 'PriorityClass', operator }] };
        return { ...quota({ pods: '15' }, { pods: '0' }), spec: { hard: { pods: '15' }, scopeSelector } };
      };
      const gold = { scheduling: { priorityClassName: 'gold' } };
      expect(messageOf([scoped('Exists')], gold)).toContain('Up to 15 pods fit');
      expect(messageOf([scoped('DoesNotExist')])).toContain('need 20');
    });
  });

  it('counts zones as it counts quota, where each takes one pod', () => {
    const spec = {
      scheduling: { zoneAntiAffinity: 'Required', nodeSelector: { disk: 'fast' } },
      autoscaling: { minReplicas: 1, maxReplicas: 6 },
      quota: { autoscalerCap: 'Enabled' },
    };
    const zoned = live('a', spec);
    const nodes = [node('a', { disk: 'fast' }), node('b', { disk: 'fast' }), node('c')];
    const plan = setup({ tickStorms: [zoned], nodes }).plan(parsed(zoned), undefined);
    expect(plan).toMatchObject({ mostReplicas: 2, zones: { holds: false, reason: 'ZonesExceeded' } });
    expect(plan.zones?.message).toContain('have 2 zones (a, b), need 6 by spec.autoscaling.maxReplicas');
    expect(setup({ tickStorms: [zoned] }).plan(parsed(zoned), undefined).zones).toMatchObject({
      reason: 'NodesUnknown',
    });
    expect(setup({ tickStorms: [two], nodes }).plan(parsed(two), undefined)).not.toHaveProperty('zones');
  });

  it('judges the pods that stay where the overlay is refused, and not those that the spec would have without it', () => {
    const deployment = withTemplate('a', sidecarOf({ cpu: '50m', memory: '64Mi' }));
    const range: KubeObject = {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'team', namespace: 'n' },
      spec: { limits: [{ type: 'Container', min: { cpu: '100m' } }] },
    };
    const limitRangeOf = (spec: object) => {
      const tickStorm = live('a', { podTemplate: { spec } });
      return setup({ tickStorms: [tickStorm], limitRanges: [range] }).plan(parsed(tickStorm), deployment).limitRange;
    };
    expect(limitRangeOf({ hostNetwork: true })).toMatchObject({
      reason: 'PodBreaksLimitRange',
      message: expect.stringContaining('container side'),
    });
    expect(limitRangeOf({})).toMatchObject({ reason: 'LimitRangesFit' });
  });

  it.each(['held-back', 'rolled-back', 'refused', 'declared'] as const)(
    'judges the pods that are to come where the template is %s',
    (state) => {
      const template = { spec: trusted<V1PodSpec>({ containers: five }) };
      // Noted with what was held back before the spec has changed.
      const deployment = keeping('a', five, { heldBack: 'aaaaaaaaaa' });
      const quotas = [quota({ 'limits.cpu': '9' }, {})];
      const { quota: verdict } = setup({ tickStorms: [two], quotas }).plan(parsed(two), deployment, {
        state,
        template,
      });
      expect(verdict.message).toContain(state === 'declared' ? 'Up to 4 pods fit' : 'need 10');
    },
  );

  it('sees a budget of others over the pods', () => {
    const metadata = { name: 'all', namespace: 'n' };
    const budgets = [{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec: { selector: {} } }];
    const { disruption } = setup({ tickStorms: [two], budgets }).plan(parsed(two), undefined);
    expect(disruption).toMatchObject({ holds: false, reason: 'ForeignBudgets' });
  });

  it('charges no quota for pods of a lost node, once they are past their time', () => {
    const deleted = (name: string, deletionTimestamp: string): KubeObject => {
      const pod = runningPod(name, 'a');
      return { ...pod, metadata: { ...pod.metadata, deletionTimestamp, deletionGracePeriodSeconds: 60 } };
    };
    const planOf = (deletionTimestamp: string) =>
      setup({
        tickStorms: [two],
        quotas: [quota({ pods: '3' }, { pods: '2' })],
        pods: [runningPod('1', 'a'), runningPod('2', 'a'), deleted('3', deletionTimestamp)],
      }).plan(parsed(two), undefined);
    expect(planOf('2026-01-01T00:08:59Z')).toMatchObject({ hasRoom: true });
    expect(planOf('2026-01-01T00:09:01Z')).toMatchObject({ hasRoom: false });
  });

  it('stays with what a rollout on its way has turned to', () => {
    const planner = setup({ tickStorms: [two] });
    expect(planner.plan(parsed(two), rolling({ maxSurge: 0, maxUnavailable: 1 })).strategy).toBe('Replace');
    expect(planner.plan(parsed(two), rolling({ maxSurge: '25%', maxUnavailable: '25%' })).strategy).toBe('SurgeOne');
  });

  it('leaves the other TickStorms of the namespace what they may grow to', () => {
    const other = live('b', { autoscaling: { maxReplicas: 8 } });
    const planner = setup({
      tickStorms: [two, other],
      quotas: [quota({ pods: '10' }, { pods: '2' })],
      pods: [runningPod('1', 'b'), runningPod('2', 'b')],
    });
    const { quota: verdict, strategy } = planner.plan(parsed(two), undefined);
    expect(verdict).toMatchObject({ holds: false, reason: 'SurgeExceedsQuota' });
    expect(verdict.message).toContain('need 11');
    // What they may come to take does not hold up a rollout now.
    expect(strategy).toBe('SurgeOne');
  });

  it.each([
    [{ replicas: 2 }, 'SurgeOne', 65],
    [{ replicas: 8 }, 'SurgeOne', 33],
    [{ replicas: 12 }, 'SurgeOne', 22],
    [{ replicas: 2, disruption: { mode: 'Declared' } }, 'Surge', 0],
  ])('with %j rolls by %s and waits %d s between pods, for drains', (spec, strategy, minReadySeconds) => {
    const rolled = live('a', { autoscaling: { mode: 'Disabled' }, server: { drainSeconds: 60 }, ...spec });
    const plan = setup({ tickStorms: [rolled] }).plan(parsed(rolled), undefined);
    expect(plan).toMatchObject({ strategy, minReadySeconds });
  });

  it.each([
    [{ autoscalerCap: 'Enabled' }, 4, 4],
    [{ autoscalerCap: 'Enabled' }, 20, 10],
    [{ autoscalerCap: 'Enabled' }, 1, 2],
    [{}, 4, undefined],
  ])('caps the autoscaler with %j at a quota of %i pods: %s', (options, pods, expected) => {
    const object = live('a', { quota: { mode: 'None', ...options } });
    const planner = setup({ tickStorms: [object], quotas: [quota({ pods: String(pods) }, {})] });
    expect(planner.plan(parsed(object), undefined).mostReplicas).toBe(expected);
  });
});
