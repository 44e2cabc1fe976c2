import { LATER_POLICY } from './later-crd.ts';
import {
  becomeReady,
  change,
  closeNamespace,
  editAndBeRestored,
  fillQuota,
  haveQuota,
  haveReason,
  makeAnewWhileHeld,
} from './provocations.ts';
import { absentWebhook, refuseService, refusingPolicy } from './refusing-admission.ts';
import type { Failure, ShownFailure } from './shown-failure.ts';

/** Namespaces: most failures share one, those of quotas have theirs, and one goes. */
export const NAMESPACES = ['market', 'crowded', 'full', 'closing'] as const;

const market = 'market';
const inMarket = `--namespace=${market}`;
/** One pod by the autoscaler's least, ten by its most. */
const SCALED = { replicas: 1, autoscaling: { mode: 'Enabled', minReplicas: 1, maxReplicas: 10 } };
const ONE_POD = { replicas: 1 };

const LONG_MESSAGE = '月曜日までサービスは変更できません。'.repeat(40);

/** Its event cannot hold all that it has to say. */
export const LONG_WINDED: Failure = {
  namespace: market,
  name: 'wordy',
  prepare: (bed) => refuseService(bed, market, 'wordy', refusingPolicy('wordy-services', 'wordy', LONG_MESSAGE)),
  conditions: { Ready: 'ApplyFailed' },
  events: { ApplyFailed: 1 },
};

/** All of these at once. */
export const FAILURES: readonly ShownFailure[] = [
  {
    title: 'A name is taken',
    story: ': a ConfigMap `taken-config` of somebody else was there first.',
    namespace: market,
    name: 'taken',
    prepare: ({ kubectl }) => kubectl.run(['create', 'configmap', 'taken-config', inMarket, '--from-literal=a=b']),
    conditions: { Ready: 'ResourceConflict', Stalled: 'ResourceConflict' },
    events: { Created: 1, ResourceConflict: 2 },
  },
  {
    title: 'The Secrets that the spec names are missing',
    story: '.',
    namespace: market,
    name: 'keyless',
    spec: { auth: { secretRef: { name: 'desk' } }, tls: { mode: 'Secret', secretRef: { name: 'desk-tls' } } },
    conditions: {
      TLSReady: 'SecretNotFound',
      CredentialsReady: 'SecretNotFound',
      Ready: 'SecretNotFound',
      Stalled: 'SecretNotFound',
    },
    events: { SecretNotFound: 1 },
  },
  {
    title: 'A generated Secret is deleted',
    story: ' while a pod does not come up: the next look makes it anew, with other credentials.',
    namespace: market,
    name: 'unkeyed',
    spec: ONE_POD,
    provoke: async (bed) => {
      await haveReason(bed, market, 'unkeyed', 'Unschedulable');
      await bed.kubectl.run(['delete', 'secret', 'unkeyed-auth', inMarket]);
    },
    conditions: { CredentialsReady: 'SecretGenerated' },
    events: { CredentialsGenerated: 1 },
  },
  {
    title: 'The API server refuses an object',
    story: ' for as long as an admission policy (a webhook, a role) says so. Told once, not at every attempt.',
    namespace: market,
    name: 'frozen',
    prepare: (bed) =>
      refuseService(bed, market, 'frozen', refusingPolicy('frozen-services', 'frozen', 'no Services until Monday')),
    conditions: { Ready: 'ApplyFailed', Reconciling: 'ApplyFailed' },
    events: { ApplyFailed: 1 },
  },
  {
    title: 'The API server fails for longer than four attempts',
    story: ', here because a webhook that it must ask is gone.',
    namespace: market,
    name: 'unasked',
    prepare: (bed) => refuseService(bed, market, 'unasked', [absentWebhook('ledger', 'unasked', market)]),
    conditions: { Ready: 'ApplyFailed', Reconciling: 'ApplyFailed' },
    events: { ApplyFailed: 1 },
  },
  {
    title: 'Somebody edits, scales or deletes an object',
    story: ' of a TickStorm: the same edit three times is one event with a count, and what was deleted is made anew.',
    namespace: market,
    name: 'edited',
    provoke: async (bed) => {
      await becomeReady(bed, market, 'edited');
      for (let edit = 0; edit < 3; edit += 1) await editAndBeRestored(bed, market, 'edited-config');
      await bed.kubectl.run(['delete', 'service', 'edited-headless', inMarket]);
      await bed.kubectl.run(['scale', 'deployment/edited', '--replicas=3', inMarket]);
    },
    conditions: {},
    events: { 'Created Created Service edited-headless': 1, Restored: 3, ScaledByHand: 1 },
  },
  {
    title: 'A quota and a limit range of others',
    story: ' admit neither all pods nor any.',
    namespace: 'crowded',
    name: 'large',
    spec: { ...SCALED, quota: { hard: { pods: '20' } } },
    prepare: async ({ kubectl }) => {
      const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'team', namespace: 'crowded' } };
      const limits = { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'small', namespace: 'crowded' } };
      await kubectl.apply({ ...quota, spec: { hard: { pods: '1' } } });
      await kubectl.apply({ ...limits, spec: { limits: [{ type: 'Container', max: { cpu: '500m' } }] } });
    },
    conditions: {
      QuotaSufficient: 'OtherQuotaBinding',
      LimitRangeConflict: 'PodBreaksLimitRange',
      Ready: 'ReplicaFailure',
      Reconciling: 'ReplicaFailure',
    },
    events: {},
  },
  {
    title: 'A quota is used up',
    story: ' by a pod of others.',
    namespace: 'full',
    name: 'late',
    spec: ONE_POD,
    prepare: (bed) => fillQuota(bed, 'full'),
    conditions: {
      QuotaSufficient: 'OtherQuotaBinding',
      Ready: 'ReplicaFailure',
      Reconciling: 'ReplicaFailure',
      SharedNamespace: 'ForeignPods',
    },
    events: {},
  },
  {
    title: 'A budget of others, too few zones, no node',
    story: '.',
    namespace: market,
    name: 'stranded',
    spec: { ...SCALED, scheduling: { zoneAntiAffinity: 'Required' } },
    prepare: ({ kubectl }) =>
      kubectl.apply({
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: { name: 'team', namespace: market },
        spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'stranded' } } },
      }),
    conditions: {
      DisruptionSafe: 'ForeignBudgets',
      ZonesSufficient: 'ZonesExceeded',
      Ready: 'Unschedulable',
      Reconciling: 'Unschedulable',
    },
    events: {},
  },
  {
    title: 'A kind is not installed',
    story: '.',
    namespace: market,
    name: 'kindless',
    spec: {
      monitoring: { serviceMonitor: { mode: 'Enabled' } },
      tls: { mode: 'CertManager', issuerRef: { name: 'ca' } },
    },
    conditions: {
      MonitoringReady: 'MonitoringKindsMissing',
      TLSReady: 'CertManagerMissing',
      Ready: 'CertManagerMissing',
      Stalled: 'CertManagerMissing',
    },
    events: {},
  },
  {
    title: 'An annotation and a schedule that mean nothing',
    story: ' are left out.',
    namespace: market,
    name: 'misread',
    annotations: { 'tickstorm.io/paused': 'everything' },
    spec: {
      replicas: 1,
      autoscaling: {
        mode: 'Enabled',
        schedules: [{ name: 'open', start: '0 25 * * *', durationMinutes: 60, minReplicas: 2 }],
      },
    },
    conditions: { Paused: 'UnknownAnnotationValue', SchedulesValid: 'InvalidSchedule' },
    events: {},
  },
  {
    title: 'The stored spec does not fit the operator',
    story:
      ', here because a later version knows one deletion policy more. What was made before stays, and so does its part in the quota.',
    namespace: 'crowded',
    name: 'later',
    spec: { quota: { hard: { pods: '7' } } },
    provoke: async (bed) => {
      await becomeReady(bed, 'crowded', 'later');
      await haveQuota(bed, 'crowded', '27');
      await change(bed, 'crowded', 'tickstorm/later', { spec: { deletionPolicy: LATER_POLICY } });
    },
    conditions: { Ready: 'InvalidSpec', Stalled: 'InvalidSpec' },
    events: {},
  },
  {
    title: 'A TickStorm is made anew while something of the former one is held',
    story: ', here by a finalizer on its ConfigMap.',
    namespace: market,
    name: 'again',
    provoke: (bed) => makeAnewWhileHeld(bed, market, 'again'),
    conditions: { Ready: 'WaitingForDeletion', Reconciling: 'WaitingForDeletion' },
    events: {},
  },
];

/** After the others, because it holds the controllers up. */
export const NAMESPACE_GOES: ShownFailure = {
  title: 'The namespace is being deleted',
  story: ', and takes its time.',
  namespace: 'closing',
  name: 'last',
  provoke: async (bed) => {
    await closeNamespace(bed, 'closing');
    await bed.kubectl.run(['delete', 'configmap', 'last-config', '--namespace=closing']);
  },
  conditions: { Ready: 'WaitingForDeletion', Reconciling: 'WaitingForDeletion' },
  events: {},
};
