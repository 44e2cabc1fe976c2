import { unavailableOf } from '../arithmetic/rollout.ts';
import { hasFinished, type PodView } from './pod-view.ts';

/** Seconds in which every node learns that an unready pod is no endpoint any more: two probes, and the way to there. */
export const WITHDRAW_SECONDS = 10;
/** Seconds that a drain gets beyond its window. */
const MARGIN_SECONDS = 10;

/** Pods that may drain at once: a quarter, as in a rollout, and one at least. */
export function drainSlots(replicas: number): number {
  return Math.max(unavailableOf(replicas), 1);
}

/** How long a pod may take to drain on request before it goes as it is. */
export function drainDeadlineMs(drainSeconds: number): number {
  return (WITHDRAW_SECONDS + drainSeconds + MARGIN_SECONDS) * 1_000;
}

type Draining = Pick<PodView, 'phase' | 'drainStartedMs' | 'killedAtMs'>;

/**
 * When the drain of this pod is over at the latest, in Unix milliseconds; undefined when it does not drain. A pod that
 * was drained on request has been drained by the time it is deleted.
 */
export function drainEndsMs(pod: Draining, deadlineMs: number): number | undefined {
  if (hasFinished(pod)) return undefined;
  if (pod.drainStartedMs === undefined) return pod.killedAtMs;
  return pod.killedAtMs === undefined ? pod.drainStartedMs + deadlineMs : undefined;
}
