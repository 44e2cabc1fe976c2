import type { RolloutStrategy } from '../builders/build-context.ts';

/** From the one that needs most room to the one that needs none. */
const BY_ROOM: readonly RolloutStrategy[] = ['Surge', 'SurgeOne', 'Replace'];

/** Pods that a surge of a quarter adds: the Deployment controller rounds up. */
export function surgeOf(replicas: number): number {
  return Math.ceil(replicas / 4);
}

/** Pods of a quarter that may be missing: the Deployment controller rounds down. */
export function unavailableOf(replicas: number): number {
  return Math.floor(replicas / 4);
}

/** Pods that a rollout of this strategy may have beyond those that are wanted. */
export function surgeIn(strategy: RolloutStrategy, replicas: number): number {
  if (strategy === 'Surge') return surgeOf(replicas);
  return strategy === 'SurgeOne' ? 1 : 0;
}

/** Pods that a rollout of this strategy may be short of. */
export function unavailableIn(strategy: RolloutStrategy, replicas: number): number {
  if (strategy === 'Surge') return unavailableOf(replicas);
  return strategy === 'Replace' ? 1 : 0;
}

export interface RolloutQuestion {
  /** Pods that are wanted. */
  readonly replicas: number;
  /** Pods that the quotas admit at any time of the rollout. */
  readonly capacity: number;
  /** Whether a zone takes one pod only: an extra pod would find no place. */
  readonly onePodPerZone: boolean;
  /** Whether a rollout waits for drains: then never more than one pod more. */
  readonly isPaced: boolean;
  /** The strategy of a rollout that is on its way. */
  readonly underWay?: RolloutStrategy | undefined;
}

function byRoom({ replicas, capacity, onePodPerZone, isPaced }: RolloutQuestion): RolloutStrategy {
  if (onePodPerZone) return 'Replace';
  if (!isPaced && capacity >= replicas + surgeOf(replicas)) return 'Surge';
  return capacity > replicas ? 'SurgeOne' : 'Replace';
}

/**
 * How pods are to be replaced so that a rollout gets on whatever the quotas leave: with no room for an extra pod
 * `maxSurge` 1 and `maxUnavailable` 0 would wait for ever. A rollout on its way only ever turns to what needs less
 * room: the quota's status runs behind the pods, and must not make it waver.
 */
export function chooseRollout(question: RolloutQuestion): RolloutStrategy {
  const wanted = byRoom(question);
  const { underWay } = question;
  return underWay !== undefined && BY_ROOM.indexOf(underWay) > BY_ROOM.indexOf(wanted) ? underWay : wanted;
}
