import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { PODS_FOR_CLIENTS_ANNOTATION } from '../builders/autoscaler.ts';
import { trusted } from '../runtime/trusted.ts';
import { autoscalerFloor, type AutoscalerFloor, type Load } from '../scaling/autoscaler-floor.ts';
import type { Plan } from './plan.ts';

export interface FloorSources {
  readonly plan: Pick<Plan, 'mostReplicas'>;
  /** The autoscaler as it is; undefined when there is none yet. */
  readonly autoscaler: KubeObject | undefined;
  /** Undefined when no pod has said how many clients it has. */
  readonly load: Load | undefined;
  readonly nowMs: number;
}

/** The fewest pods that a TickStorm's autoscaler is to keep; undefined without one. */
export function floorOf({ spec }: TickStorm, sources: FloorSources): AutoscalerFloor | undefined {
  const { autoscaling } = spec;
  if (autoscaling.mode === 'Disabled') return undefined;
  const { plan, autoscaler, load, nowMs } = sources;
  const noted = Number(autoscaler?.metadata.annotations?.[PODS_FOR_CLIENTS_ANNOTATION]);
  // Operators before this was noted kept it in the autoscaler's own number.
  const kept = trusted<{ minReplicas?: number } | undefined>(autoscaler?.['spec'])?.minReplicas;
  const before = Number.isSafeInteger(noted) ? noted : kept;
  return autoscalerFloor({ autoscaling, most: plan.mostReplicas ?? autoscaling.maxReplicas, load, before, nowMs });
}
