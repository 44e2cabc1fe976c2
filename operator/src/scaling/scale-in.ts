import { byDeletionOrder } from './deletion-order.ts';
import { decideInHeldRollout } from './held-rollout.ts';
import { byClients, leadingThatMayGo, type ScalablePod } from './scalable-pod.ts';
import type { ScaleInDecision, ScaleInQuestion } from './scale-in-question.ts';

/**
 * Marked pods of the new template when no other pod of it is still to come up. A rollout that was held while they began
 * to drain waits for nothing but them now: it takes no old pod away while new ones are not available.
 */
function awaited(pods: readonly ScalablePod[]): readonly ScalablePod[] {
  const newest = pods.toSorted((a, b) => b.createdMs - a.createdMs).at(0)?.templateHash;
  const fresh = pods.filter(({ templateHash }) => templateHash === newest);
  const isUp = fresh.every(({ isReady, drain }) => isReady || drain !== undefined);
  return isUp && fresh.length < pods.length ? fresh.filter(({ drain }) => drain !== undefined) : [];
}

/**
 * What is to happen now so that a Deployment comes down to the wanted number without a client being cut off: which pods
 * begin to drain, which serve again because more are wanted meanwhile, and how far the number can be lowered so that
 * exactly pods without clients go. Pods that the ReplicaSet would delete first anyway (without a node, pending, unready)
 * are not made up for by drained ones.
 */
export function decideScaleIn(question: ScaleInQuestion): ScaleInDecision {
  const { wanted, current, freeSlots, rollout } = question;
  const servesNobody = question.pods.every(({ isReady, drain }) => !isReady && drain !== 'under way');
  if (rollout === 'held' && !servesNobody) return decideInHeldRollout(question);
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
  if (rollout !== 'none' && !servesNobody) {
    const taken = rollout === 'under way' ? awaited(question.pods) : [];
    return { replicas: Math.max(current, wanted), drain: [], release: taken };
  }
  const needed = excess - missing - draining.length - unready.length;
  const drain = staying
    .filter(({ drain: state, isReady }) => state === undefined && isReady)
    .toSorted(byClients)
    .slice(0, Math.max(Math.min(needed, freeSlots), 0));
  const mayGo = Math.min(missing + leadingThatMayGo(staying), excess);
  return { replicas: Math.max(current, wanted) - mayGo, drain, release };
}
