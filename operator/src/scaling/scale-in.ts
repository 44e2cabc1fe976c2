import { byDeletionOrder } from './deletion-order.ts';
import type { PodView } from './pod-view.ts';

/** A pod that a ReplicaSet counts. */
export interface ScalablePod extends PodView {
  /** How its drain on request stands; undefined when it is in service. */
  readonly drain: 'under way' | 'over' | undefined;
  /** Clients, as far as is known. */
  readonly connections: number | undefined;
}

export interface ScaleInQuestion {
  /** Pods that are wanted. */
  readonly wanted: number;
  /** Pods that the Deployment is told to have. */
  readonly current: number;
  readonly pods: readonly ScalablePod[];
  /** Pods that may still begin to drain. */
  readonly freeSlots: number;
  /** In the middle of a rollout a smaller number is shared out over its ReplicaSets, whichever pods were drained. */
  readonly isRollingOut: boolean;
}

export interface ScaleInDecision {
  /** Pods that the Deployment is to be told to have now. */
  readonly replicas: number;
  /** Pods that are to begin to drain. */
  readonly drain: readonly ScalablePod[];
  /** Pods that drain, or have drained, and are to serve again. */
  readonly release: readonly ScalablePod[];
}

const clients = ({ connections }: ScalablePod): number => connections ?? Number.POSITIVE_INFINITY;

/** Those with the fewest clients first; of equals the youngest, as a ReplicaSet has it. */
function byClients(a: ScalablePod, b: ScalablePod): number {
  return clients(a) === clients(b) ? b.createdMs - a.createdMs : clients(a) - clients(b);
}

/** Pods at the front of the ReplicaSet's order that may go: drained ones, and those that serve nobody anyway. */
function leadingThatMayGo(pods: readonly ScalablePod[]): number {
  const firstThatMayNot = pods.findIndex(({ isReady, drain }) => (drain === undefined ? isReady : drain !== 'over'));
  return firstThatMayNot === -1 ? pods.length : firstThatMayNot;
}

/**
 * What is to happen now so that a Deployment comes down to the wanted number without a client being cut off: which pods
 * begin to drain, which serve again because more are wanted meanwhile, and how far the number can be lowered so that
 * exactly pods without clients go. Pods that the ReplicaSet would delete first anyway (without a node, pending, unready)
 * are not made up for by drained ones.
 */
export function decideScaleIn(question: ScaleInQuestion): ScaleInDecision {
  const { wanted, current, freeSlots, isRollingOut } = question;
  const excess = Math.max(current - wanted, 0);
  const ordered = question.pods.toSorted(byDeletionOrder);
  // What the ReplicaSet is about to delete, or has yet to make, by the number that it has been told already.
  const staying = ordered.slice(Math.max(ordered.length - current, 0));
  const missing = Math.min(Math.max(current - ordered.length, 0), excess);
  const draining = staying.filter(({ drain }) => drain !== undefined);
  const unready = staying.filter(({ drain, isReady }) => drain === undefined && !isReady);
  const surplus = Math.max(draining.length - (excess - missing), 0);
  const release = surplus === 0 ? [] : draining.toSorted(byClients).slice(-surplus);
  // A pod on its way back is as unready as a drained one: the ReplicaSet could take it for that.
  if (release.length > 0) return { replicas: Math.max(current, wanted), drain: [], release };
  const servesNobody = staying.every(({ isReady }) => !isReady);
  if (isRollingOut && !servesNobody) return { replicas: Math.max(current, wanted), drain: [], release };
  const needed = excess - missing - draining.length - unready.length;
  const drain = staying
    .filter(({ drain: state, isReady }) => state === undefined && isReady)
    .toSorted(byClients)
    .slice(0, Math.max(Math.min(needed, freeSlots), 0));
  const mayGo = Math.min(missing + leadingThatMayGo(staying), excess);
  return { replicas: Math.max(current, wanted) - mayGo, drain, release };
}
