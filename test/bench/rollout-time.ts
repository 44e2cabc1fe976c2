/** How long the clients of all nodes take to learn that a pod is no endpoint any more (ADR 22). */
const SPREAD_SECONDS = 5;
/** Clients are asked to leave within four fifths of the drain, without the seconds in which the rest is flushed. */
const LEAVE_SHARE = 0.8;
const FLUSH_SECONDS = 2;

/** Pods that may drain at once: a quarter, one at least. */
function drainSlots(pods: number): number {
  return Math.max(1, Math.floor(pods / 4));
}

/** Of `disruption.mode: Paced`: one pod after the other, the next when the one before has had its share of the drain. */
export function pacedRolloutSeconds(pods: number, startSeconds: number, drainSeconds: number): number {
  return pods * (startSeconds + (SPREAD_SECONDS + drainSeconds) / drainSlots(pods));
}

/** Clients that connect elsewhere in a second, as chance spreads them, while pods drain. */
export function movesPerSecond(pods: number, clientsPerPod: number, drainSeconds: number): number {
  return (drainSlots(pods) * clientsPerPod) / (LEAVE_SHARE * (drainSeconds - FLUSH_SECONDS));
}
