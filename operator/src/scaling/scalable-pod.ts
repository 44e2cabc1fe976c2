import { byDeletionOrder } from './deletion-order.ts';
import type { PodView } from './pod-view.ts';

/** A pod that a ReplicaSet counts. */
export interface ScalablePod extends PodView {
  /** How its drain on request stands; undefined when it is in service. */
  readonly drain: 'under way' | 'over' | undefined;
  /** Clients, as far as is known. */
  readonly connections: number | undefined;
}

const clients = ({ connections }: ScalablePod): number => connections ?? Number.POSITIVE_INFINITY;

/** Those with the fewest clients first; of equals the youngest, as a ReplicaSet has it. */
export function byClients(a: ScalablePod, b: ScalablePod): number {
  return clients(a) === clients(b) ? b.createdMs - a.createdMs : clients(a) - clients(b);
}

/**
 * Pods at the front of the ReplicaSet's order that may go: drained ones, and those that serve nobody anyway. One that
 * stands beside a pod that may not is none of them: which of the two is taken cannot be told.
 */
export function leadingThatMayGo(pods: readonly ScalablePod[]): number {
  const firstThatMayNot = pods.find(({ isReady, drain }) => (drain === undefined ? isReady : drain !== 'over'));
  if (firstThatMayNot === undefined) return pods.length;
  return pods.filter((pod) => byDeletionOrder(pod, firstThatMayNot) < 0).length;
}
