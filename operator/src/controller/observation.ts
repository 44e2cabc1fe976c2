import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import type { AutoscalerFloor } from '../scaling/autoscaler-floor.ts';
import type { CredentialsState } from './credentials.ts';
import type { InstanceStats } from './instance-stats.ts';
import type { OptionalKind } from './kinds.ts';
import type { Pause } from './pause.ts';
import type { Plan } from './plan.ts';
import type { TemplateChoice } from './template-choice.ts';
import type { Problem } from './problem.ts';
import type { TlsState } from './tls-secrets.ts';
import type { ScaleInState } from '../scaling/scale-in-control.ts';

/** Everything that a TickStorm's status is computed from. */
export interface Observation {
  readonly tickStorm: TickStorm;
  /** What the pods are made of. */
  readonly template: TemplateChoice;
  readonly deployment: KubeObject | undefined;
  /** Generation since which the Deployment has had its spec; its own where that is not known. */
  readonly specSince?: number | undefined;
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
  /** A paused TickStorm of the namespace, for which what they share stays as it is. */
  readonly sharedHeldBy?: string | undefined;
  /** Its policy is Drain, and it will go without. */
  readonly isDrainGivenUp: boolean;
  /** There while nothing is done for the TickStorm, because an annotation says so. */
  readonly pause?: Pause;
}
