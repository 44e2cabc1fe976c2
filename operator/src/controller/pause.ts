import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { Condition, TickStormStatus } from '../api/v1alpha1/status.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import type { CredentialsState } from './credentials.ts';
import type { Plan } from './plan.ts';
import type { Problem } from './problem.ts';
import type { ConditionType, Reason } from './reasons.ts';
import { isInPlace, type TemplateChoice } from './template-choice.ts';
import { replicasOf } from './wanted-replicas.ts';

/** Of a TickStorm that nothing is done for (`tickstorm.io/paused: all`). */
export interface Pause {
  /** Whether what is declared was applied before. */
  readonly isApplied: boolean;
}

/** What is told of what was done last, and so stays as it was told while nothing is done. */
const TOLD_BEFORE: readonly ConditionType[] = ['CredentialsReady', 'FloorRaised', 'SchedulesValid'];
const PROBLEMS = ['ResourceConflict', 'InvalidPodTemplate', 'ApplyFailed', 'WaitingForDeletion'] as const;
const OF_CREDENTIALS = [
  'SecretGenerated',
  'SecretFound',
  'SecretNotFound',
  'SecretIncomplete',
  'ResourceConflict',
] as const satisfies readonly Reason[];

const named = ({ conditions = [] }: TickStormStatus, wanted: ConditionType): Condition | undefined =>
  conditions.find(({ type }) => type === wanted);

/** Whether the status tells of what is declared now. While paused it stays with what was applied last. */
const isLookedAt = ({ metadata, status }: TickStorm): boolean => status.observedGeneration === metadata.generation;

/** Whether what is declared, by the spec and by annotations, is what was applied last. */
export function pauseOf(
  tickStorm: TickStorm,
  { deployment, plan, template }: { deployment: KubeObject | undefined; plan: Plan; template: TemplateChoice },
): Pause {
  const isApplied =
    isLookedAt(tickStorm) &&
    deployment !== undefined &&
    replicasOf(deployment) === plan.replicas &&
    isInPlace(template, deployment);
  return { isApplied };
}

/** What stood in the way when objects were written last: whether it still does only a write would tell. */
export function standingProblems(tickStorm: TickStorm): Problem[] {
  const ready = named(tickStorm.status, 'Ready');
  const reason = PROBLEMS.find((known) => known === ready?.reason);
  return ready === undefined || reason === undefined || !isLookedAt(tickStorm)
    ? []
    : [{ reason, message: ready.message }];
}

/** How the credentials were when they were looked at last: a look makes them where they are missing. */
export function standingCredentials({ status }: TickStorm): CredentialsState | undefined {
  const condition = named(status, 'CredentialsReady');
  const reason = OF_CREDENTIALS.find((known) => known === condition?.reason);
  return condition === undefined || reason === undefined
    ? undefined
    : { ready: condition.status === 'True', reason, message: condition.message, created: false };
}

/** The conditions of a paused TickStorm: those that it has now, and what was told before of what is not done now. */
export function withToldBefore(now: readonly Condition[], status: TickStormStatus): Condition[] {
  // Whether the objects for monitoring are there is not told anew where others may be declared now.
  const isTold = now.some(({ type }) => type === 'MonitoringReady');
  const types = isTold ? TOLD_BEFORE : [...TOLD_BEFORE, 'MonitoringReady' as const];
  const told = types.flatMap((type) => named(status, type) ?? []);
  const others = now.filter(({ type }) => !told.some((before) => before.type === type));
  return [...others, ...told].toSorted((a, b) => (a.type < b.type ? -1 : 1));
}
