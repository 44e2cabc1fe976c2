import { controlsOf } from '../api/v1alpha1/controls.ts';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';

/** Pods that the Deployment is to have: none in hibernation, and never fewer than now while scale-in is paused. */
export function wantedReplicas({ metadata, spec }: TickStorm, deployment: KubeObject | undefined): number {
  const { paused, isHibernating } = controlsOf(metadata);
  if (isHibernating) return 0;
  const running = trusted<{ readonly replicas?: number } | undefined>(deployment?.['spec'])?.replicas ?? 0;
  return paused.has('scale-in') ? Math.max(spec.replicas, running) : spec.replicas;
}
