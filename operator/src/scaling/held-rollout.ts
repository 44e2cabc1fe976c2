import { byDeletionOrder } from './deletion-order.ts';
import { byClients, leadingThatMayGo, type ScalablePod } from './scalable-pod.ts';
import type { ScaleInDecision, ScaleInQuestion } from './scale-in-question.ts';

export type HeldRolloutQuestion = Omit<ScaleInQuestion, 'rollout'>;

/** The pods of one ReplicaSet, those first that it deletes first. */
interface PodGroup {
  readonly pods: readonly ScalablePod[];
  readonly eldestMs: number;
}

function groupsOf(pods: readonly ScalablePod[]): PodGroup[] {
  const byTemplate = Map.groupBy(pods, ({ templateHash }) => templateHash);
  return Array.from(byTemplate.values(), (group) => ({
    pods: group.toSorted(byDeletionOrder),
    eldestMs: Math.min(...group.map(({ createdMs }) => createdMs)),
  }));
}

const serves = ({ isReady, drain }: ScalablePod): boolean => isReady && drain === undefined;

/** Largest first, as a Deployment that becomes smaller takes them; of equals the older. */
const bySize = (a: PodGroup, b: PodGroup): number => b.pods.length - a.pods.length || a.eldestMs - b.eldestMs;

/** Serving pods that are to drain: of the largest ReplicaSet, as it will be then, those with the fewest clients. */
function choose(pods: readonly ScalablePod[], count: number): ScalablePod[] {
  const chosen: ScalablePod[] = [];
  while (chosen.length < count) {
    const staying = groupsOf(pods.filter((pod) => pod.drain === undefined && !chosen.includes(pod)));
    const next = staying
      .toSorted(bySize)
      .flatMap((group) => group.pods.filter(serves).toSorted(byClients))
      .at(0);
    if (next === undefined) break;
    chosen.push(next);
  }
  return chosen;
}

/**
 * What is to happen now so that fewer pods serve while a rollout does not get on. A Deployment that becomes smaller by
 * one in the middle of a rollout takes that one from its largest ReplicaSet (`scale` of k8s.io/kubernetes/pkg/
 * controller/deployment). So the number falls by one at a time, when whichever ReplicaSet may be meant has a pod to give
 * up that serves nobody: a drained one, or one that does not come up. And it stays as high as pods serve, with those
 * that the rollout may take away, so that nothing is lost where less is seen than there is.
 */
export function decideInHeldRollout(question: HeldRolloutQuestion): ScaleInDecision {
  const { wanted, current, pods, freeSlots, surge, unavailable, hasMissingPods } = question;
  const serving = pods.filter(serves).length;
  const draining = pods.filter(({ drain }) => drain !== undefined);
  const spare = Math.min(Math.max(wanted - serving, 0), draining.length);
  if (spare > 0) {
    const release = draining.toSorted(byClients).slice(-spare);
    return { replicas: Math.max(current, wanted), drain: [], release };
  }
  const drain = choose(pods, Math.min(serving - wanted, freeSlots));
  const groups = groupsOf(pods);
  if (wanted === 0) {
    const isEmpty = groups.every((group) => leadingThatMayGo(group.pods) === group.pods.length);
    return { replicas: isEmpty ? 0 : current, drain, release: [] };
  }
  const largest = Math.max(...groups.map((group) => group.pods.length));
  // One whose pods cannot be created is larger than it looks.
  const meant = groups.filter((group) => hasMissingPods || group.pods.length === largest);
  // Else a ReplicaSet has yet to do what it was told.
  const isAsTold = hasMissingPods || pods.length === current + surge;
  // Once a new pod that does not come up is given up, the Deployment may take an old one that drains.
  const isDraining = drain.length > 0 || draining.some((pod) => pod.drain === 'under way');
  const canGive = isAsTold && !isDraining && meant.every((group) => leadingThatMayGo(group.pods) > 0);
  const least = Math.max(wanted, serving + unavailable);
  return { replicas: canGive && current > least ? current - 1 : Math.max(current, wanted), drain, release: [] };
}
