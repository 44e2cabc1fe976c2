/** Part of a pod's clients that must be missing before a pod fewer is enough: clients that come and go move nothing. */
const SLACK = 0.1;

/**
 * Pods that so many clients need. Up at once; down only when a pod fewer would leave room for a tenth more.
 * @param before what it was
 */
export function connectionFloor(connections: number, connectionsPerPod: number, before: number): number {
  const needed = Math.ceil(connections / connectionsPerPod);
  const roomy = Math.ceil(connections / (connectionsPerPod * (1 - SLACK)));
  return Math.max(needed, Math.min(before, roomy));
}
