import type { KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';
import type { RolloutState } from '../scaling/scale-in-question.ts';
import { podTroubleOf } from './pod-trouble.ts';

/** The part of a Deployment's status that matters here; absent numbers are zero. */
export interface DeploymentProgress {
  /** Whether the status speaks of the current spec. */
  readonly isObserved: boolean;
  readonly desired: number;
  readonly replicas: number;
  readonly ready: number;
  readonly updated: number;
  readonly conditions: readonly DeploymentCondition[];
}

export interface DeploymentCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

interface DeploymentFields {
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly conditions?: readonly DeploymentCondition[];
  };
}

/** Reads a Deployment's progress. @param since generation since which it has had its spec, where that is known */
export function progressOf(
  deployment: KubeObject | undefined,
  since: number = deployment?.metadata.generation ?? 0,
): DeploymentProgress {
  const { spec = {}, status = {} } = trusted<DeploymentFields>(deployment ?? {});
  return {
    isObserved: deployment !== undefined && (status.observedGeneration ?? 0) >= since,
    desired: spec.replicas ?? 0,
    replicas: status.replicas ?? 0,
    ready: status.readyReplicas ?? 0,
    updated: status.updatedReplicas ?? 0,
    conditions: status.conditions ?? [],
  };
}

/**
 * How a rollout stands. Scaling alone never lets pods of two templates run; what the Deployment controller has not looked
 * at yet may be about to.
 */
export function rolloutOf(progress: DeploymentProgress, pods: readonly KubeObject[]): RolloutState {
  const { isObserved, updated, replicas } = progress;
  if (!isObserved) return 'unknown';
  if (updated === replicas) return 'none';
  const isHeld = deadlineExceeded(progress) !== undefined || podTroubleOf(pods) !== undefined;
  return isHeld ? 'held' : 'under way';
}

/** That a rollout has not got on in time; undefined when it has. */
export function deadlineExceeded({ conditions }: DeploymentProgress): DeploymentCondition | undefined {
  return conditions.find(({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded');
}

/** That pods cannot be created; undefined when they can. */
export function replicaFailure({ conditions }: DeploymentProgress): DeploymentCondition | undefined {
  return conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
}
