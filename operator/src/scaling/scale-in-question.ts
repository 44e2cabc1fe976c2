import type { ScalablePod } from './scalable-pod.ts';

/**
 * In the middle of a rollout a smaller number is shared out over its ReplicaSets, whichever pods were drained. It is held
 * when its new pods do not come up, so that the ReplicaSets stay as they are. It is unknown until the Deployment
 * controller has looked at what the Deployment is told now.
 */
export type RolloutState = 'none' | 'under way' | 'held' | 'unknown';

export interface ScaleInQuestion {
  /** Pods that are wanted. */
  readonly wanted: number;
  /** Pods that the Deployment is told to have. */
  readonly current: number;
  readonly pods: readonly ScalablePod[];
  /** Pods that may still begin to drain. */
  readonly freeSlots: number;
  readonly rollout: RolloutState;
  /** Pods that a rollout may have beyond that: `maxSurge`, in pods. */
  readonly surge: number;
  /** Pods that a rollout may be short of: `maxUnavailable`, in pods. */
  readonly unavailable: number;
  /** Whether a ReplicaSet has fewer pods than it wants, because they cannot be created. */
  readonly hasMissingPods: boolean;
}

export interface ScaleInDecision {
  /** Pods that the Deployment is to be told to have now. */
  readonly replicas: number;
  /** Pods that are to begin to drain. */
  readonly drain: readonly ScalablePod[];
  /** Pods that drain, or have drained, and are to serve again. */
  readonly release: readonly ScalablePod[];
}
