import { controlsOf } from '../api/v1alpha1/controls.ts';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';
import { handScalingOf } from './hand-scaling.ts';

/** Pods that are wanted: none in hibernation, and never fewer than now while scale-in is paused. */
export function wantedReplicas({ metadata, spec }: TickStorm, deployment: KubeObject | undefined): number {
  const { paused, isHibernating } = controlsOf(metadata);
  if (isHibernating) return 0;
  const running = replicasOf(deployment);
  return paused.has('scale-in') ? Math.max(spec.replicas, running) : spec.replicas;
}

/**
 * Pods that the Deployment is told to have before any are drained: more at once, fewer only by drains. Without pods to
 * be (hibernation) there is nowhere for clients to go, and a number that a hand has set is put back as it was.
 */
export function heldReplicas({ metadata }: TickStorm, wanted: number, deployment: KubeObject | undefined): number {
  const isFree = controlsOf(metadata).isHibernating || handScalingOf(deployment) !== undefined;
  return isFree ? wanted : Math.max(wanted, replicasOf(deployment));
}

/** Pods that a Deployment is told to have; 0 when there is none. */
export function replicasOf(deployment: KubeObject | undefined): number {
  return trusted<{ readonly replicas?: number } | undefined>(deployment?.['spec'])?.replicas ?? 0;
}
