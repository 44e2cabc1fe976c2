import { controlsOf, type Controls } from '../api/v1alpha1/controls.ts';
import type { Condition } from '../api/v1alpha1/status.ts';
import type { Verdict } from '../arithmetic/verdict.ts';
import type { CredentialsState } from './credentials.ts';
import type { Finding } from './finding.ts';
import { addressFindings, drainFindings, monitoringFindings, tlsFinding } from './feature-findings.ts';
import { floorFindings } from './floor-findings.ts';
import { endpointOf } from './endpoint.ts';
import { deadlineExceeded, progressOf, replicaFailure, type DeploymentProgress } from './deployment-progress.ts';
import type { Observation } from './observation.ts';
import { podTroubleOf } from './pod-trouble.ts';
import type { ConditionType, Reason } from './reasons.ts';
import { rollBackHint, templateFindings } from './template-finding.ts';

/** What is known of a TickStorm by what is declared and by what stands around it, before anything is made of it. */
export type Foreseen = Pick<
  Observation,
  | 'tickStorm'
  | 'plan'
  | 'template'
  | 'problems'
  | 'credentials'
  | 'tls'
  | 'service'
  | 'floor'
  | 'missingKinds'
  | 'foreignPod'
  | 'sharedHeldBy'
  | 'isDrainGivenUp'
  | 'pause'
>;

/** That the operator has not made what is declared, because it is paused. */
function notApplied({ pause, tickStorm: { metadata, status } }: Foreseen): Finding | undefined {
  if (pause === undefined || pause.isApplied) return undefined;
  const { generation } = metadata;
  const { observedGeneration } = status;
  const which =
    observedGeneration === undefined || observedGeneration === generation
      ? ''
      : `: generation ${observedGeneration} was, ${generation} is declared`;
  const message = `What is declared has not been applied, since annotation tickstorm.io/paused holds it back${which}`;
  return { type: 'Ready', status: 'Unknown', reason: 'NotApplied', message };
}

/** Why the service is not ready; the first check that finds something names the reason. */
type Check = (observation: Observation, progress: DeploymentProgress) => Cause | undefined;
/** One that needs no pods to be there. */
type EarlyCheck = (observation: Foreseen) => Cause | undefined;

interface Cause {
  readonly reason: Reason;
  readonly message: string;
  /** Whether waiting will not help: somebody must act. */
  readonly isStalled: boolean;
}

const hasProblem: EarlyCheck = ({ problems }) => {
  const rank = ['ResourceConflict', 'InvalidPodTemplate', 'ApplyFailed', 'WaitingForDeletion'] as const;
  const reason = rank.find((candidate) => problems.some((problem) => problem.reason === candidate));
  if (reason === undefined) return undefined;
  const message = problems.map((problem) => problem.message).join('; ');
  return { reason, message, isStalled: reason === 'ResourceConflict' || reason === 'InvalidPodTemplate' };
};

const lacksCredentials: EarlyCheck = ({ credentials }) =>
  credentials === undefined || credentials.ready
    ? undefined
    : { reason: credentials.reason, message: credentials.message, isStalled: true };

const lacksCertificate: EarlyCheck = ({ tls, missingKinds, tickStorm }) => {
  const finding = tlsFinding(tls, missingKinds, tickStorm);
  if (finding === undefined || finding.status === 'True') return undefined;
  const { reason, message } = finding;
  return { reason, message, isStalled: reason !== 'CertificatePending' };
};

const cannotCreatePods: Check = (_, progress) => {
  const failure = replicaFailure(progress);
  return failure === undefined
    ? undefined
    : { reason: 'ReplicaFailure', message: failure.message ?? 'pods cannot be created', isStalled: false };
};

/** What becomes of a scale-down beside a rollout. */
function scaleDownBeside({ scaleIn }: Observation): string {
  if (scaleIn === undefined || scaleIn.wanted >= scaleIn.current) return '';
  const { wanted, draining, isMoving, rollout } = scaleIn;
  if (!isMoving || rollout === 'under way') return `; the scale-down to ${wanted} waits until then`;
  const names = draining.length === 0 ? '' : `, ${draining.join(', ')} ${draining.length === 1 ? 'drains' : 'drain'}`;
  return `; the scale-down to ${wanted} goes on meanwhile${names}`;
}

/** That a rollout that does not get on takes nothing away. */
function servedBy(observation: Observation, { updated, replicas, ready }: DeploymentProgress): string {
  const held = updated < replicas && ready > 0 ? `; the rollout holds, ${ready} ready pods serve on` : '';
  return `${held}${scaleDownBeside(observation)}`;
}

const isStuck: Check = (observation, progress) => {
  const stuck = deadlineExceeded(progress);
  return stuck === undefined
    ? undefined
    : {
        reason: 'ProgressDeadlineExceeded',
        message: `${stuck.message ?? 'the rollout does not get on'}${servedBy(observation, progress)}${rollBackHint(observation)}`,
        isStalled: true,
      };
};

const isScalingDown: Check = ({ scaleIn }) => {
  if (scaleIn === undefined || scaleIn.wanted >= scaleIn.current) return undefined;
  const { current, wanted, draining, rollout } = scaleIn;
  if (rollout !== 'none') return undefined;
  const names = draining.length === 0 ? '' : `: ${draining.join(', ')} ${draining.length === 1 ? 'drains' : 'drain'}`;
  return { reason: 'ScalingDown', message: `Of ${current} pods ${wanted} are wanted${names}`, isStalled: false };
};

const isRollingOut: Check = (observation, { isObserved, desired, replicas, ready, updated }) => {
  const { deployment } = observation;
  const isDone =
    deployment !== undefined && isObserved && updated === desired && replicas === desired && ready === desired;
  if (isDone) return undefined;
  const message = isObserved
    ? `${ready} of ${desired} pods are ready, ${updated} run the current spec, ${replicas} exist`
    : 'the Deployment has not been taken up yet';
  return { reason: 'RolloutInProgress', message: `${message}${scaleDownBeside(observation)}`, isStalled: false };
};

const cannotComeUp: Check = (observation, progress) => {
  const trouble = isRollingOut(observation, progress) === undefined ? undefined : podTroubleOf(observation.pods);
  if (trouble === undefined) return undefined;
  const isStalled = trouble.reason === 'ImagePullFailed' || trouble.reason === 'ContainerConfigInvalid';
  return {
    ...trouble,
    message: `${trouble.message}${servedBy(observation, progress)}${rollBackHint(observation)}`,
    isStalled,
  };
};

const EARLY_CHECKS: readonly EarlyCheck[] = [hasProblem, lacksCredentials, lacksCertificate];

/** In the order in which they explain each other. */
const CHECKS: readonly Check[] = [
  ...EARLY_CHECKS,
  cannotComeUp,
  isStuck,
  cannotCreatePods,
  isScalingDown,
  isRollingOut,
];

function readiness(
  cause: Cause | undefined,
  { desired, ready }: DeploymentProgress,
  { isHibernating }: Controls,
): Finding[] {
  if (cause !== undefined) return unreadiness(cause);
  if (isHibernating || desired === 0) return [withoutPods(isHibernating)];
  const message = `${ready} of ${desired} pods are ready`;
  return [{ type: 'Ready', status: 'True', reason: 'AllReplicasReady', message }];
}

const withoutPods = (isHibernating: boolean): Finding =>
  isHibernating
    ? { type: 'Ready', status: 'True', reason: 'Hibernated', message: 'Hibernating: no pods run' }
    : { type: 'Ready', status: 'True', reason: 'ScaledToZero', message: 'No pods are wanted' };

const unreadiness = ({ reason, message, isStalled }: Cause): Finding[] => [
  { type: 'Ready', status: 'False', reason, message },
  { type: isStalled ? 'Stalled' : 'Reconciling', status: 'True', reason, message },
];

function availability({ conditions, ready, desired }: DeploymentProgress): Finding {
  const isAvailable = conditions.some(({ type, status }) => type === 'Available' && status === 'True');
  const message = `${ready} of ${desired} pods are ready`;
  // A Deployment calls pods available only after the pause of a rollout.
  return isAvailable || (desired > 0 && ready >= desired)
    ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message }
    : { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable', message };
}

function endpoint(observation: Foreseen): Finding {
  const address = endpointOf(observation);
  return address === undefined
    ? {
        type: 'EndpointAssigned',
        status: 'False',
        reason: 'LoadBalancerPending',
        message:
          observation.service === undefined
            ? 'The Service is not there yet'
            : 'The Service has no address yet. Where no load balancers are provided, set spec.service.type to NodePort or ClusterIP',
      }
    : { type: 'EndpointAssigned', status: 'True', reason: 'AddressAssigned', message: `Clients connect to ${address}` };
}

const statusOf = (holds: boolean): Finding['status'] => (holds ? 'True' : 'False');

function arithmetic({ plan }: Foreseen): Finding[] {
  const finding = (type: ConditionType, { holds, reason, message }: Verdict<Reason>): Finding => ({
    type,
    status: statusOf(holds),
    reason,
    message,
  });
  return [
    finding('QuotaSufficient', plan.quota),
    finding('LimitRangeConflict', plan.limitRange),
    finding('DisruptionSafe', plan.disruption),
    ...zoning(plan),
  ];
}

function zoning({ zones }: Observation['plan']): Finding[] {
  if (zones === undefined) return [];
  const { holds, reason, message } = zones;
  return [{ type: 'ZonesSufficient', status: holds === undefined ? 'Unknown' : statusOf(holds), reason, message }];
}

function sharing({ foreignPod, tickStorm: { spec } }: Foreseen): Finding[] {
  const features = (['quota', 'limitRange'] as const).filter((feature) => spec[feature].mode === undefined);
  if (foreignPod === undefined || features.length === 0) return [];
  const fields = features.map((feature) => `spec.${feature}.mode`).join(' and ');
  const message =
    `Pods of others run in the namespace, such as ${foreignPod}: it got no quota and no limit range for this ` +
    `TickStorm, because they would bind those too. Set ${fields} to Managed or None`;
  return [{ type: 'SharedNamespace', status: 'True', reason: 'ForeignPods', message }];
}

/** That another one's pause holds back what the namespace shares; its own the condition Paused tells. */
function sharedHeld({ sharedHeldBy, tickStorm }: Foreseen): Finding[] {
  if (sharedHeldBy === undefined || sharedHeldBy === tickStorm.metadata.name) return [];
  const message =
    `The quota and the limit range of the namespace stay as they are, whatever is declared: TickStorm ${sharedHeldBy} ` +
    `has a part in them and is paused`;
  return [{ type: 'SharedHeldBack', status: 'True', reason: 'NeighbourPaused', message }];
}

function pausing({ paused, problems }: Controls): Finding[] {
  const type = 'Paused';
  if (problems.length > 0) {
    return [{ type, status: 'Unknown', reason: 'UnknownAnnotationValue', message: problems.join('; ') }];
  }
  if (paused.size === 0) return [];
  const message = `Held back by annotation tickstorm.io/paused: ${[...paused].join(', ')}`;
  return [{ type, status: 'True', reason: 'PausedByAnnotation', message }];
}

/** What follows from the declaration and its surroundings, however far the pods are. */
function declarationFindings(foreseen: Foreseen): Finding[] {
  const { tickStorm, credentials, tls, missingKinds } = foreseen;
  const certificate = tlsFinding(tls, missingKinds, tickStorm);
  return [
    ...arithmetic(foreseen),
    ...addressFindings(tickStorm),
    ...sharing(foreseen),
    ...pausing(controlsOf(tickStorm.metadata)),
    ...sharedHeld(foreseen),
    ...monitoringFindings(foreseen),
    ...drainFindings(foreseen),
    ...floorFindings(foreseen),
    ...templateFindings(foreseen),
    ...(credentials === undefined ? [] : [credentialsFinding(credentials)]),
    ...(certificate === undefined ? [] : [certificate]),
  ];
}

function credentialsFinding({ ready, reason, message }: CredentialsState): Finding {
  return { type: 'CredentialsReady', status: statusOf(ready), reason, message };
}

/** What the service would say before its pods have said anything: of `Ready` only what no pod can change. */
export function foreseenFindings(foreseen: Foreseen): Finding[] {
  let cause: Cause | undefined;
  for (const check of EARLY_CHECKS) cause ??= check(foreseen);
  const unapplied = hasProblem(foreseen) === undefined ? notApplied(foreseen) : undefined;
  const { isHibernating } = controlsOf(foreseen.tickStorm.metadata);
  const hasNoPods = isHibernating || foreseen.plan.replicas === 0;
  let ready: Finding[] = hasNoPods ? [withoutPods(isHibernating)] : [];
  if (unapplied !== undefined) ready = [unapplied];
  else if (cause !== undefined) ready = unreadiness(cause);
  // Whether a load balancer will give an address is not known.
  const address = endpointOf(foreseen) === undefined ? [] : [endpoint(foreseen)];
  return [...ready, ...address, ...declarationFindings(foreseen)];
}

/** Says how the service is, in conditions. */
export function findingsOf(observation: Observation): Finding[] {
  const progress = progressOf(observation.deployment, observation.specSince);
  const controls = controlsOf(observation.tickStorm.metadata);
  let cause: Cause | undefined;
  for (const check of CHECKS) cause ??= check(observation, progress);
  const unapplied = hasProblem(observation) === undefined ? notApplied(observation) : undefined;
  return [
    ...(unapplied === undefined ? readiness(cause, progress, controls) : [unapplied]),
    availability(progress),
    endpoint(observation),
    ...declarationFindings(observation),
  ];
}

/** Gives findings their times: a condition keeps the time of its last change of status. */
export function toConditions(
  findings: readonly Finding[],
  standing: readonly Condition[],
  generation: number,
  nowIso: string,
): Condition[] {
  return findings
    .map((finding) => {
      const before = standing.find(({ type }) => type === finding.type);
      const lastTransitionTime = before?.status === finding.status ? before.lastTransitionTime : nowIso;
      return { ...finding, observedGeneration: generation, lastTransitionTime };
    })
    .toSorted((a, b) => (a.type < b.type ? -1 : 1));
}
