import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import type { AutoscalerFloor } from '../scaling/autoscaler-floor.ts';
import type { CredentialsState } from './credentials.ts';
import type { InstanceStats } from './instance-stats.ts';
import type { OptionalKind } from './kinds.ts';
import type { Plan } from './plan.ts';
import type { Problem } from './problem.ts';
import type { TlsState } from './tls-secrets.ts';
import { trusted } from '../runtime/trusted.ts';
import type { ScaleInState } from '../scaling/scale-in-control.ts';

/** Everything that a TickStorm's status is computed from. */
export interface Observation {
  readonly tickStorm: TickStorm;
  /** Image that the pods are to run. */
  readonly image: string;
  readonly deployment: KubeObject | undefined;
  readonly service: KubeObject | undefined;
  readonly credentials: CredentialsState | undefined;
  readonly problems: readonly Problem[];
  readonly plan: Plan;
  /** The fewest pods that the autoscaler keeps; undefined without an autoscaler. */
  readonly floor: AutoscalerFloor | undefined;
  /** How a scale-down stands; undefined when there is none. */
  readonly scaleIn: ScaleInState | undefined;
  /** The pods, those that drain included. */
  readonly pods: readonly KubeObject[];
  readonly tls: TlsState | undefined;
  /** Kinds that are wanted and not installed. */
  readonly missingKinds: ReadonlySet<OptionalKind>;
  /** What the pods say of themselves; undefined when none has answered lately. */
  readonly stats: InstanceStats | undefined;
  /** A pod of others in the namespace, for which it got no quota or limit range. */
  readonly foreignPod: string | undefined;
}

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

interface DeploymentCondition {
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

/** Reads a Deployment's progress. */
export function progressOf(deployment: KubeObject | undefined): DeploymentProgress {
  const { spec = {}, status = {} } = trusted<DeploymentFields>(deployment ?? {});
  return {
    isObserved: deployment !== undefined && (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0),
    desired: spec.replicas ?? 0,
    replicas: status.replicas ?? 0,
    ready: status.readyReplicas ?? 0,
    updated: status.updatedReplicas ?? 0,
    conditions: status.conditions ?? [],
  };
}

/**
 * Whether a Deployment replaces pods. Scaling alone never lets pods of two templates run; what it has not looked at yet
 * may be about to.
 */
export function isRollingOut({ isObserved, updated, replicas }: DeploymentProgress): boolean {
  return !isObserved || updated !== replicas;
}
