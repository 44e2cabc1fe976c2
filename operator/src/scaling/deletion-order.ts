import type { PodView } from './pod-view.ts';

const PHASES = ['Pending', 'Unknown', 'Running'];

type Ranked = Pick<PodView, 'isAssigned' | 'phase' | 'isReady' | 'deletionCost'>;

/** Smaller numbers are deleted first; the first that differs decides. */
const rank = ({ isAssigned, phase, isReady, deletionCost }: Ranked): readonly number[] => [
  isAssigned ? 1 : 0,
  PHASES.indexOf(phase),
  isReady ? 1 : 0,
  deletionCost,
];

/**
 * The order in which a ReplicaSet that has become smaller deletes its pods, as far as that can be steered:
 * ActivePodsWithRanks of k8s.io/kubernetes/pkg/controller. What it compares after the cost (pods beside it on the node,
 * age) only decides between pods that are equal here.
 */
export function byDeletionOrder(a: Ranked, b: Ranked): number {
  const others = rank(b);
  return rank(a).reduce((order, value, index) => (order === 0 ? value - (others[index] ?? 0) : order), 0);
}
