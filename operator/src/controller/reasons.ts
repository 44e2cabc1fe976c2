/** What each condition says while it is True. Reconciling, Stalled and SharedNamespace are there only while they are. */
export const CONDITIONS = {
  Ready: 'Everything is as declared, and every pod serves clients.',
  Available: 'Enough pods serve clients, also in the middle of a rollout.',
  Reconciling: 'On the way to what is declared. There only while it is True.',
  Stalled: 'Waiting will not help, somebody must act. There only while it is True.',
  CredentialsReady: 'The Secret with the credentials is there and complete.',
  EndpointAssigned: 'Clients have an address: `status.endpoint`.',
  TLSReady: 'The Secret with the certificate is there and complete. There only with TLS.',
  MonitoringReady: 'The objects for Prometheus and Grafana are there. There only where some are asked for.',
  QuotaSufficient:
    'The quotas of the namespace admit the most pods that are declared, a rollout of them, and its drains.',
  LimitRangeConflict: 'A limit range of the namespace does not admit the pods.',
  DisruptionSafe: 'The disruption budget lets nodes be drained.',
  Paused: 'An annotation holds the operator back. There only while there is one, or while one is not understood.',
  FloorRaised: 'The autoscaler keeps more pods than `autoscaling.minReplicas`. There only while it is True.',
  SchedulesValid: 'Every schedule of the autoscaler is understood. There only with schedules.',
  ZonesSufficient: 'The most pods that are declared find a zone each. There only with `zoneAntiAffinity: Required`.',
  AddressesHidden:
    'Address lists and limits by address judge the addresses of nodes, not those of clients. There only while it is True.',
  DrainUnavailable:
    'A deletion does not wait for the pods, although `deletionPolicy: Drain` asks for it. There only while it is True.',
  PodsHeldBack: 'The pods are made of an earlier template than that of the spec. There only while it is True.',
  SharedHeldBack:
    'The quota and the limit range of the namespace stay as they are, because another TickStorm is paused. There only while it is True.',
  SharedNamespace:
    'Pods of others run in the namespace, so that it got no quota and no limit range unasked. There only while it is True.',
} as const;

/** Types of the conditions that a TickStorm may have. */
export type ConditionType = keyof typeof CONDITIONS;

/** The closed list of reasons, with what each of them means. */
export const REASONS = {
  AllReplicasReady: 'Every pod runs the current spec and is ready for clients.',
  ScaledToZero: 'No pods are wanted.',
  MinimumReplicasAvailable: 'Enough pods are available.',
  MinimumReplicasUnavailable: 'Too few pods are available.',
  RolloutInProgress: 'Pods are being started, replaced or removed.',
  ScalingDown: 'Fewer pods are wanted: those with the fewest clients are drained one after the other, and then go.',
  ReplicaFailure: 'Pods cannot be created, for example because a quota is used up.',
  ProgressDeadlineExceeded: 'A rollout has not got on for ten minutes.',
  ResourceConflict: 'An object of the needed name exists and belongs to someone else; it is left alone.',
  ApplyFailed: 'The API server has refused an object.',
  WaitingForDeletion: 'An object of an earlier TickStorm of this name, or the whole namespace, is still being deleted.',
  InvalidSpec: 'The stored spec does not fit this version of the operator.',
  SecretGenerated: 'The operator has made the credentials.',
  SecretFound: 'The Secret that the spec names has the credentials.',
  SecretNotFound: 'The Secret that the spec names does not exist.',
  SecretIncomplete: 'The Secret lacks username or password, or has one that is too long.',
  AddressAssigned: 'Clients can reach the service at `status.endpoint`.',
  LoadBalancerPending: 'The load balancer has no address yet.',
  CertificateFound: 'The Secret has certificate and key.',
  CertificatePending: 'cert-manager has not issued the certificate yet.',
  CertManagerMissing: 'The kind Certificate is not installed. It is looked for every minute.',
  MonitoringApplied: 'The objects for Prometheus and Grafana are as declared.',
  MonitoringKindsMissing: 'ServiceMonitor or PrometheusRule is not installed. It is looked for every minute.',
  InvalidPodTemplate:
    '`spec.podTemplate` would change what the operator sets; the pods stay as they are, and only their number follows.',
  ImagePullFailed: 'The image of a pod cannot be pulled.',
  ContainerConfigInvalid: 'A container cannot be made, for example because something that it reads is missing.',
  CrashLooping: 'A container ends again and again.',
  Unschedulable: 'A pod finds no node.',
  Hibernated: 'No pods run because the annotation `tickstorm.io/hibernate` says so; the Services are kept.',
  NotApplied: 'What is declared has changed while `tickstorm.io/paused: all` holds the operator back.',
  PausedByAnnotation: 'The annotation `tickstorm.io/paused` holds back what the message names.',
  UnknownAnnotationValue: 'The value of an annotation means nothing; it is taken for absent.',
  ZonesFit: 'There are as many zones with fitting nodes as pods.',
  ZonesExceeded: 'There are fewer zones with fitting nodes than pods; the message says how many stay without.',
  NodesUnknown: 'An operator of some namespaces may not look at nodes.',
  ForeignBudgets: 'A budget of others selects the pods too; a pod with two cannot be evicted.',
  ClusterTrafficPolicy: '`service.externalTrafficPolicy: Cluster` hides the addresses of clients.',
  OperatorChanged:
    'Another operator would make other pods of the same spec, for example of another default image; that alone replaces none.',
  RolledBack:
    'The annotation `tickstorm.io/roll-back` gives the template of the spec up for the last one whose pods came up.',
  NoQuota: 'No quota of the namespace counts the pods, or anything that they declare.',
  QuotaFits: 'The quotas have room for the most pods, a rollout of them, and its drains.',
  SteadyStateExceedsQuota: 'The managed quota admits fewer pods than are declared.',
  OtherQuotaBinding: 'A quota that the operator does not manage admits fewer pods than are declared.',
  SurgeExceedsQuota: 'With the most pods a rollout finds no room for its extra pods: it starts fewer at once, or none.',
  DrainExceedsQuota:
    'With the most pods a rollout must wait for pods that drain, which hold quota until they are gone.',
  NoLimitsDeclared: 'A quota counts something that a container does not declare, and admits no pod with it.',
  LimitRangesFit: 'The limit ranges of the namespace admit the pods.',
  PodBreaksLimitRange: 'A limit range refuses the pods.',
  EvictionsPossible: 'The budget leaves room for an eviction.',
  BudgetBlocksEvictions: 'The budget admits no eviction, now or at the fewest pods: a node drain would wait for ever.',
  ClientsNeedPods: 'The clients need that many pods by `autoscaling.connectionsPerPod`.',
  ScheduleActive: 'A schedule of `autoscaling.schedules` asks for that many pods now.',
  SchedulesUnderstood: 'The message says which are active, and when that changes.',
  InvalidSchedule: 'A schedule cannot be understood and is left out; the message says what would be right.',
  RightsEndWithNamespace:
    'The operator serves some namespaces, or runs in this one: with the namespace it may lose the right to let go what it holds. `Drain` acts as `Immediate`.',
  NeighbourPaused: 'Another TickStorm of the namespace has `tickstorm.io/paused: all` and a part in what they share.',
  ForeignPods: 'Pods that no TickStorm made run in the namespace.',
} as const;

export type Reason = keyof typeof REASONS;

/** Why `Ready` is not True and waiting will not help. */
const STALLED = [
  'InvalidSpec',
  'ResourceConflict',
  'InvalidPodTemplate',
  'SecretNotFound',
  'SecretIncomplete',
  'CertManagerMissing',
  'ImagePullFailed',
  'ContainerConfigInvalid',
  'ProgressDeadlineExceeded',
] as const;

/** Why `Ready` is not True yet. */
const RECONCILING = [
  'ApplyFailed',
  'WaitingForDeletion',
  'CertificatePending',
  'CrashLooping',
  'Unschedulable',
  'ReplicaFailure',
  'ScalingDown',
  'RolloutInProgress',
] as const;

/** The closed list of what each condition may have for a reason, in every status. */
export const CONDITION_REASONS: Readonly<Record<ConditionType, readonly Reason[]>> = {
  Ready: ['AllReplicasReady', 'ScaledToZero', 'Hibernated', 'NotApplied', ...STALLED, ...RECONCILING],
  Available: ['MinimumReplicasAvailable', 'MinimumReplicasUnavailable'],
  Reconciling: RECONCILING,
  Stalled: STALLED,
  CredentialsReady: ['SecretGenerated', 'SecretFound', 'SecretNotFound', 'SecretIncomplete', 'ResourceConflict'],
  EndpointAssigned: ['AddressAssigned', 'LoadBalancerPending'],
  TLSReady: ['CertificateFound', 'CertificatePending', 'CertManagerMissing', 'SecretNotFound', 'SecretIncomplete'],
  MonitoringReady: ['MonitoringApplied', 'MonitoringKindsMissing'],
  QuotaSufficient: [
    'NoQuota',
    'QuotaFits',
    'SteadyStateExceedsQuota',
    'OtherQuotaBinding',
    'SurgeExceedsQuota',
    'DrainExceedsQuota',
    'NoLimitsDeclared',
  ],
  LimitRangeConflict: ['PodBreaksLimitRange', 'LimitRangesFit'],
  DisruptionSafe: ['EvictionsPossible', 'BudgetBlocksEvictions', 'ForeignBudgets'],
  Paused: ['PausedByAnnotation', 'UnknownAnnotationValue'],
  FloorRaised: ['ClientsNeedPods', 'ScheduleActive'],
  SchedulesValid: ['SchedulesUnderstood', 'InvalidSchedule'],
  ZonesSufficient: ['ZonesFit', 'ZonesExceeded', 'NodesUnknown'],
  AddressesHidden: ['ClusterTrafficPolicy'],
  DrainUnavailable: ['RightsEndWithNamespace'],
  PodsHeldBack: ['OperatorChanged', 'RolledBack'],
  SharedHeldBack: ['NeighbourPaused'],
  SharedNamespace: ['ForeignPods'],
};

/** Reasons that `tick plan` does not tell, or not always, and why. The others follow from what can be looked at before. */
export const UNPLANNED: Readonly<Partial<Record<Reason, string>>> = {
  AllReplicasReady: 'no: pods must run',
  MinimumReplicasAvailable: 'no: pods must run',
  MinimumReplicasUnavailable: 'no: pods must run',
  RolloutInProgress: 'no; whether pods would be replaced is in a note',
  ScalingDown: 'no; the number of pods is a field of the Deployment',
  ReplicaFailure: 'no: pods must be asked for; `QuotaSufficient` and `LimitRangeConflict` tell what is known before',
  ProgressDeadlineExceeded: 'no: a rollout must run',
  ImagePullFailed: 'no: a pod must be started',
  ContainerConfigInvalid: 'no: a pod must be started',
  CrashLooping: 'no: a pod must be started',
  Unschedulable: 'no: a pod must be placed; `ZonesSufficient` tells what is known before',
  LoadBalancerPending: 'no: only the provider of load balancers knows',
  AddressAssigned: 'where no load balancer is awaited',
  InvalidSpec: 'as an error of the plan',
  OperatorChanged: 'where the operator holds pods back already',
  NodesUnknown:
    'where the operator serves some namespaces; whoever may not list nodes is told that the plan does not know',
  ClientsNeedPods: 'by the clients that were counted last',
  WaitingForDeletion: 'yes; how long the wait is, not',
};
