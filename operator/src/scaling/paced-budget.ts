import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { podsOf } from '../arithmetic/disruption.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { drainDeadlineMs, drainEndsMs, drainSlots } from './drain-slots.ts';
import { isActive, podView } from './pod-view.ts';

export interface BudgetQuestion {
  /** Pods that the Deployment is told to have. */
  readonly replicas: number;
  /** The pods, those that drain included. */
  readonly pods: readonly KubeObject[];
  readonly nowMs: number;
}

/** What a PodDisruptionBudget says so that evictions are paced by drains. */
export interface PacedBudget {
  readonly minAvailable: number;
  /** Unix milliseconds at which a drain is over at the latest, and its slot is free. */
  readonly nextEdgeMs: number | undefined;
}

/**
 * The budget of a TickStorm whose evictions are paced; undefined where it is to be as declared. A fixed number paces
 * nothing: as soon as the replacement of an evicted pod is ready it lets the next one go, while the first still drains.
 */
export function pacedBudget({ spec }: TickStorm, { replicas, pods, nowMs }: BudgetQuestion): PacedBudget | undefined {
  const { mode, minAvailable, maxUnavailable } = spec.disruption;
  if (mode === 'Declared') return undefined;
  const declared =
    maxUnavailable === undefined ? podsOf(minAvailable ?? 1, replicas) : replicas - podsOf(maxUnavailable, replicas);
  const views = pods.map(podView);
  const healthy = views.filter((pod) => isActive(pod) && pod.isReady).length;
  const deadlineMs = drainDeadlineMs(spec.server.drainSeconds);
  const drains = views.map((pod) => drainEndsMs(pod, deadlineMs) ?? 0).filter((endsMs) => endsMs > nowMs);
  const free = Math.max(drainSlots(replicas) - drains.length, 0);
  // Without a free slot not by the healthy pods: a replacement that turns ready must not let the next one go.
  const paced = free === 0 ? Math.max(healthy, replicas) : healthy - free;
  return {
    minAvailable: Math.max(declared, paced, 0),
    nextEdgeMs: drains.length === 0 ? undefined : Math.min(...drains),
  };
}
