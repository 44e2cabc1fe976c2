import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../api/v1alpha1/status.ts';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { checkDisruption, type DisruptionQuestion } from '../arithmetic/disruption.ts';
import { checkLimitRanges } from '../arithmetic/limit-range.ts';
import type { PodResources } from '../arithmetic/pod-resources.ts';
import { checkQuotas } from '../arithmetic/quota-verdict.ts';
import { checkZones } from '../arithmetic/zones.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { ApiError } from '../runtime/api-error.ts';
import { LeavingError, ResourceConflictError } from '../runtime/applier.ts';
import type { Informer } from '../runtime/informer.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';
import type { ScaleInState } from '../scaling/scale-in-control.ts';
import { findingsOf } from './conditions.ts';
import { foreseenCredentials } from './credentials.ts';
import type { Observation } from './observation.ts';
import type { Plan } from './plan.ts';
import { problemOf, type Problem } from './problem.ts';
import { CONDITION_REASONS, CONDITIONS, REASONS } from './reasons.ts';
import { StatusWriter } from './status-writer.ts';
import { declaredTemplate } from './testing/declared-template.ts';
import { fittingPlan } from './testing/fitting-plan.ts';
import {
  demoDeployment as deployment,
  demoObject as object,
  demoService,
  fullStatus as full,
  observationOf,
} from './testing/observation-fixture.ts';
import { foreseenCertificate } from './tls-secrets.ts';

function tickStorm(spec: object = {}, annotations: Record<string, string> = {}): TickStorm {
  const metadata = { name: 'demo', namespace: 'n', uid: 'u', generation: 4, annotations };
  const parsed = parseTickStorm({ metadata, spec });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

const incomplete = deployment({ ...full, readyReplicas: 1 });

/** A TickStorm that is as declared, but for these. */
const observation = (changes: Partial<Observation> = {}): Observation =>
  observationOf(tickStorm(), 'server:1', { deployment: deployment(full), service: demoService, ...changes });

const pod: PodResources = { containers: [{ name: 'c', resources: { limits: { cpu: 1 }, requests: { cpu: 1 } } }] };
const demand = { most: 10, field: 'spec.replicas', surge: 3, draining: 2, members: () => [] };
const quotaOf = (
  hard: Record<string, string>,
  isManaged = true,
  declared: PodResources = pod,
): Partial<Observation> => {
  const quotas = Object.keys(hard).length === 0 ? [] : [{ name: 'quota', isManaged, hard, used: {} }];
  const verdict = checkQuotas({ quotas, pod: declared, own: [], reserved: () => 0n }, demand);
  return { plan: { ...fittingPlan, quota: verdict } };
};
const quotas = [
  quotaOf({}),
  ...['15', '9', '10', '13'].map((pods) => quotaOf({ pods })),
  quotaOf({ pods: '9' }, false),
  quotaOf({ 'limits.memory': '1Gi' }, false, { containers: [{ name: 'c', resources: {} }] }),
];

const ranges = ['1', '500m'].map((cpu) => {
  const limits = [{ type: 'Container', max: { cpu } }] as const;
  return { plan: { ...fittingPlan, limitRange: checkLimitRanges(pod, [{ name: 'range', limits }]) } };
});

const evictions: readonly DisruptionQuestion[] = [
  { replicas: 2, autoscaling: undefined },
  { replicas: 1, autoscaling: undefined },
  { replicas: 2, autoscaling: undefined, foreignBudgets: ['theirs'] },
];
const budgets = evictions.map((question) => ({ plan: { ...fittingPlan, disruption: checkDisruption(question) } }));

const verdicts: readonly NonNullable<Plan['zones']>[] = [
  checkZones(['a', 'b'], 2, 'spec.replicas'),
  checkZones(['a'], 2, 'spec.replicas'),
  // Of an operator that may not look at nodes: there is nothing to check.
  { holds: undefined, reason: 'NodesUnknown', message: 'why' },
];
const zones = verdicts.map((verdict) => ({ plan: { ...fittingPlan, zones: verdict } }));

const met: readonly Problem[] = [
  problemOf(new ResourceConflictError('why')),
  problemOf(new LeavingError('why')),
  problemOf(new ApiError('apply', 422, '{}')),
  // Found before anything is applied.
  { reason: 'InvalidPodTemplate', message: 'why' },
];
const problems = met.map((problem) => ({ problems: [problem] }));

/** What there is of the Secret that a TickStorm asks for. */
const reader = (data?: Record<string, string>): Pick<ApiClient, 'get'> => ({
  get: async () => (data === undefined ? undefined : object('Secret', { data })),
});
const PAIR = { username: btoa('u'), password: btoa('p') };
const named = tickStorm({ auth: { secretRef: { name: 's' } } });

async function credentials(): Promise<Partial<Observation>[]> {
  const states = await Promise.all([
    foreseenCredentials(reader(), tickStorm()),
    foreseenCredentials(reader(PAIR), tickStorm()),
    foreseenCredentials(reader(), named),
    foreseenCredentials(reader({}), named),
    foreseenCredentials(reader(PAIR), named),
  ]);
  return states.map((state) => ({ credentials: state }));
}

const issued = tickStorm({ tls: { mode: 'CertManager', issuerRef: { name: 'ca' } } });
const given = tickStorm({ tls: { mode: 'Secret', secretRef: { name: 's' } } });

async function certificates(): Promise<Partial<Observation>[]> {
  const states = await Promise.all([
    foreseenCertificate(reader(), issued),
    foreseenCertificate(reader(), given),
    foreseenCertificate(reader({}), given),
    foreseenCertificate(reader({ 'tls.crt': 'a', 'tls.key': 'b' }), given),
  ]);
  return [
    ...states.map((state) => ({ tls: state })),
    { tickStorm: issued, missingKinds: new Set(['Certificate'] as const) },
  ];
}

const waiting = (reason: string): Partial<Observation> => {
  const containerStatuses = [{ name: 'c', state: { waiting: { reason } } }];
  return { deployment: incomplete, pods: [object('Pod', { status: { containerStatuses } })] };
};
const unplaced = { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] };
const conditioned = (condition: object): Partial<Observation> => ({
  deployment: deployment({ ...full, readyReplicas: 1, conditions: [condition] }),
});
const scaleIn: ScaleInState = {
  wanted: 1,
  current: 2,
  replicas: 2,
  rollout: 'none',
  surge: 1,
  unavailable: 0,
  hasMissingPods: false,
  draining: [],
  isMoving: true,
  notes: [],
};
const pods: readonly Partial<Observation>[] = [
  {},
  { deployment: undefined },
  { deployment: deployment({}, 0) },
  { deployment: deployment({}, 0), tickStorm: tickStorm({}, { 'tickstorm.io/hibernate': 'true' }) },
  { pause: { isApplied: false } },
  { scaleIn },
  ...['ErrImagePull', 'CreateContainerConfigError', 'CrashLoopBackOff'].map(waiting),
  { deployment: incomplete, pods: [object('Pod', { status: unplaced })] },
  conditioned({ type: 'ReplicaFailure', status: 'True' }),
  conditioned({ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }),
];

const schedule = { name: 'open', start: '0 8 * * *', end: '0 17 * * *', timeZone: 'UTC', minReplicas: 9 };
const scheduled = tickStorm({ autoscaling: { schedules: [schedule] } });
const floor = { replicas: 9, connected: 9, active: ['open'], nextEdgeMs: undefined, problems: [] };
const monitored = tickStorm({ monitoring: { serviceMonitor: { mode: 'Enabled' } } });
const features: readonly Partial<Observation>[] = [
  { service: object('Service', { status: {} }) },
  { tickStorm: tickStorm({}, { 'tickstorm.io/paused': 'rollout' }) },
  { tickStorm: tickStorm({}, { 'tickstorm.io/paused': 'everything' }) },
  { tickStorm: monitored },
  { tickStorm: monitored, missingKinds: new Set(['ServiceMonitor'] as const) },
  { tickStorm: tickStorm({ service: { externalTrafficPolicy: 'Cluster' }, server: { maxConnectionsPerIP: 5 } }) },
  { template: { ...declaredTemplate('server:1'), state: 'held-back' } },
  { template: { ...declaredTemplate('server:1'), state: 'rolled-back' } },
  { floor: { ...floor, because: 'connections' } },
  { tickStorm: scheduled, floor: { ...floor, because: 'schedule' } },
  { tickStorm: scheduled, floor: { ...floor, because: 'schedule', problems: ['odd'] } },
  { isDrainGivenUp: true },
  { sharedHeldBy: 'another' },
  { foreignPod: 'web' },
];

/** What is told of a spec that cannot be read: nothing else is looked at. */
async function ofInvalidSpec(): Promise<Pick<Condition, 'type' | 'reason'>[]> {
  const told: Condition[] = [];
  const live = object('TickStorm', {});
  const writer = new StatusWriter({
    client: {
      get: async () => live,
      apply: async (_type, _namespace, _name, body) => {
        told.push(...trusted<{ status: { conditions: Condition[] } }>(body).status.conditions);
        return trusted<KubeObject>(body);
      },
    },
    tickStorms: trusted<Informer>({ observe: () => undefined, cache: { get: () => live } }),
    now: () => 0,
  });
  await writer.writeInvalid(live, 'why');
  return told;
}

const inWords = ({ type, reason }: Pick<Condition, 'type' | 'reason'>): string => `${type} ${reason}`;

describe('the documented conditions and reasons', () => {
  it('are exactly those that are told in these situations', async () => {
    const situations = [
      ...pods,
      ...features,
      ...problems,
      ...quotas,
      ...ranges,
      ...budgets,
      ...zones,
      ...(await credentials()),
      ...(await certificates()),
    ];
    const findings = situations.flatMap((changes) => findingsOf(observation(changes)));
    const told = new Set([...findings, ...(await ofInvalidSpec())].map((finding) => inWords(finding)));
    const documented = Object.entries(CONDITION_REASONS).flatMap(([type, reasons]) =>
      reasons.map((reason) => `${type} ${reason}`),
    );
    expect([...told].toSorted()).toEqual(documented.toSorted());
  });

  it('are each described', () => {
    expect(Object.keys(CONDITION_REASONS)).toEqual(Object.keys(CONDITIONS));
    const used = new Set<string>(Object.values(CONDITION_REASONS).flat());
    expect([...used].toSorted()).toEqual(Object.keys(REASONS).toSorted());
  });
});
