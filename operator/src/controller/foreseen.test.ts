import { describe, expect, it } from '@jest/globals';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { foreseenFindings, type Foreseen } from './conditions.ts';
import { REASONS, UNPLANNED, type Reason } from './reasons.ts';
import { declaredTemplate } from './testing/declared-template.ts';
import { fittingPlan } from './testing/fitting-plan.ts';

function tickStorm(spec: object = {}, annotations: object = {}): TickStorm {
  const metadata = { name: 'demo', namespace: 'n', uid: 'u', generation: 4, annotations };
  const parsed = parseTickStorm({ metadata, spec });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

const foreseen = (changes: Partial<Foreseen> = {}): Foreseen => ({
  tickStorm: tickStorm(),
  template: declaredTemplate('server:1'),
  service: undefined,
  credentials: undefined,
  problems: [],
  plan: fittingPlan,
  floor: undefined,
  tls: undefined,
  missingKinds: new Set(),
  foreignPod: undefined,
  sharedHeldBy: undefined,
  isDrainGivenUp: false,
  ...changes,
});

const verdict = <R extends Reason>(reason: R) => ({ holds: false, reason, message: 'why' });
const floor = { replicas: 9, connected: 9, active: ['open'], nextEdgeMs: undefined, problems: [] };
const scheduled = tickStorm({
  autoscaling: {
    schedules: [{ name: 'open', start: '0 8 * * *', end: '0 17 * * *', timeZone: 'UTC', minReplicas: 9 }],
  },
});
const monitored = tickStorm({ monitoring: { serviceMonitor: { mode: 'Enabled' } } });
const secured = tickStorm({ tls: { mode: 'CertManager', issuerRef: { name: 'ca' } } });
const clusterWide = { service: { externalTrafficPolicy: 'Cluster' }, server: { maxConnectionsPerIP: 5 } };

const CASES: readonly (readonly [Partial<Foreseen>, ...Reason[]])[] = [
  ...(['ResourceConflict', 'InvalidPodTemplate', 'ApplyFailed', 'WaitingForDeletion'] as const).map(
    (reason) => [{ problems: [{ reason, message: 'why' }] }, reason] as const,
  ),
  ...(['SecretGenerated', 'SecretFound'] as const).map(
    (reason) => [{ credentials: { ready: true, reason, message: '', created: false } }, reason] as const,
  ),
  ...(['SecretNotFound', 'SecretIncomplete'] as const).map(
    (reason) => [{ credentials: { ready: false, reason, message: '', created: false } }, reason] as const,
  ),
  ...(
    [
      'NoQuota',
      'QuotaFits',
      'SteadyStateExceedsQuota',
      'OtherQuotaBinding',
      'SurgeExceedsQuota',
      'DrainExceedsQuota',
      'NoLimitsDeclared',
    ] as const
  ).map((reason) => [{ plan: { ...fittingPlan, quota: verdict(reason) } }, reason] as const),
  ...(['LimitRangesFit', 'PodBreaksLimitRange'] as const).map(
    (reason) => [{ plan: { ...fittingPlan, limitRange: verdict(reason) } }, reason] as const,
  ),
  ...(['EvictionsPossible', 'BudgetBlocksEvictions', 'ForeignBudgets'] as const).map(
    (reason) => [{ plan: { ...fittingPlan, disruption: verdict(reason) } }, reason] as const,
  ),
  ...(['ZonesFit', 'ZonesExceeded', 'NodesUnknown'] as const).map(
    (reason) => [{ plan: { ...fittingPlan, zones: verdict(reason) } }, reason] as const,
  ),
  [{ plan: { ...fittingPlan, replicas: 0 } }, 'ScaledToZero'],
  [{ tickStorm: tickStorm({}, { 'tickstorm.io/hibernate': 'true' }) }, 'Hibernated'],
  [{ tickStorm: tickStorm({}, { 'tickstorm.io/paused': 'rollout' }) }, 'PausedByAnnotation'],
  [{ tickStorm: tickStorm({}, { 'tickstorm.io/paused': 'everything' }) }, 'UnknownAnnotationValue'],
  [{ pause: { isApplied: false } }, 'NotApplied'],
  [{ tickStorm: tickStorm({ service: { type: 'ClusterIP' } }), service: service() }, 'AddressAssigned'],
  [{ tls: { ready: true, reason: 'CertificateFound', message: '' } }, 'CertificateFound'],
  [{ tls: { ready: false, reason: 'CertificatePending', message: '' } }, 'CertificatePending'],
  [{ tickStorm: secured, missingKinds: new Set(['Certificate']) }, 'CertManagerMissing'],
  [{ tickStorm: monitored }, 'MonitoringApplied'],
  [{ tickStorm: monitored, missingKinds: new Set(['ServiceMonitor']) }, 'MonitoringKindsMissing'],
  [{ tickStorm: tickStorm(clusterWide) }, 'ClusterTrafficPolicy'],
  [{ template: { ...declaredTemplate('server:1'), state: 'held-back' } }, 'OperatorChanged'],
  [{ template: { ...declaredTemplate('server:1'), state: 'rolled-back' } }, 'RolledBack'],
  [{ floor: { ...floor, because: 'connections' } }, 'ClientsNeedPods'],
  [{ tickStorm: scheduled, floor: { ...floor, because: 'schedule' } }, 'ScheduleActive', 'SchedulesUnderstood'],
  [{ tickStorm: scheduled, floor: { ...floor, because: 'minReplicas', problems: ['odd'] } }, 'InvalidSchedule'],
  [{ isDrainGivenUp: true }, 'RightsEndWithNamespace'],
  [{ sharedHeldBy: 'another' }, 'NeighbourPaused'],
  [{ foreignPod: 'web' }, 'ForeignPods'],
];

function service(): NonNullable<Foreseen['service']> {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'demo-service', namespace: 'n' } };
}

describe('what is foreseen of the conditions', () => {
  it.each(CASES)('with %j', (changes, ...reasons) => {
    const found = foreseenFindings(foreseen(changes)).map(({ reason }) => reason);
    expect(found).toEqual(expect.arrayContaining(reasons));
  });

  it('has every reason that the documentation does not call unknown', () => {
    const told = new Set(CASES.flatMap(([changes]) => foreseenFindings(foreseen(changes)).map(({ reason }) => reason)));
    const isUnknown = (reason: string): boolean =>
      /^(no\b|as an error)/.test(new Map(Object.entries(UNPLANNED)).get(reason) ?? '');
    const documented = Object.keys(REASONS).filter((reason) => !isUnknown(reason));
    expect([...told].toSorted()).toEqual(documented.toSorted());
  });

  it('says of Ready nothing that only pods can say, and first what stands in the way of everything else', () => {
    const readyOf = (changes: Partial<Foreseen>): string[] =>
      foreseenFindings(foreseen(changes))
        .filter(({ type }) => ['Ready', 'Stalled', 'Reconciling'].includes(type))
        .map(({ type, status, reason }) => `${type}=${status} ${reason}`);
    expect(readyOf({})).toEqual([]);
    const credentials = { ready: false, reason: 'SecretNotFound', message: '', created: false } as const;
    const problems = [{ reason: 'ApplyFailed', message: 'no' }] as const;
    expect(readyOf({ credentials, problems })).toEqual(['Ready=False ApplyFailed', 'Reconciling=True ApplyFailed']);
    expect(readyOf({ credentials })).toEqual(['Ready=False SecretNotFound', 'Stalled=True SecretNotFound']);
    expect(readyOf({ credentials, pause: { isApplied: false } })).toEqual(['Ready=Unknown NotApplied']);
  });
});
