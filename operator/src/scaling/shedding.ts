/** Part of a pod's share by which pods that are level may be apart. */
const TOLERANCE = 0.1;
/** Standard deviations beyond what the one of the pods does by chance that strays most: less is seen now and then. */
const BEYOND_CHANCE = 1.75;

export interface CountedPod {
  readonly uid: string;
  readonly connections: number;
}

/** A pod that has more clients than its share. */
export interface Shed extends CountedPod {
  /** Clients that it is to ask to connect elsewhere; one at least. */
  readonly asked: number;
}

export function clientsOf(pods: readonly CountedPod[]): number {
  return pods.reduce((sum, { connections }) => sum + connections, 0);
}

/** What each pod would have if all had the same; 0 without pods. */
export function shareOf(pods: readonly CountedPod[]): number {
  return pods.length === 0 ? 0 : clientsOf(pods) / pods.length;
}

/**
 * Whether pods are within a tenth of their share of each other, or within twice its square root. Closer they would never
 * stay: clients choose pods by chance, and moving them would never end.
 */
export function areLevel(pods: readonly CountedPod[]): boolean {
  const share = shareOf(pods);
  return rangeOf(pods) <= Math.max(TOLERANCE * share, 2 * Math.sqrt(share));
}

/**
 * Whether pods are less level than clients make them that come and go by chance. The square root of how many a pod has
 * then strays by a half, however many those are (Anscombe 1948), and of n pods the one that strays most by sqrt(2 ln n)
 * times as much.
 */
export function areUneven(pods: readonly CountedPod[]): boolean {
  if (areLevel(pods)) return false;
  const root = stableRoot(shareOf(pods));
  const most = Math.max(...pods.map(({ connections }) => Math.abs(stableRoot(connections) - root)));
  return 2 * most > Math.sqrt(2 * Math.log(pods.length)) + BEYOND_CHANCE;
}

/**
 * How many clients each pod that has more than its share is to send away: no more than it has beyond it, for where
 * nobody comes back to where they were.
 * @param most of all together
 */
export function shedsOf(pods: readonly CountedPod[], most: number): Shed[] {
  const share = shareOf(pods);
  const excess = pods.reduce((sum, { connections }) => sum + Math.max(connections - share, 0), 0);
  const part = Math.min(most / excess, 1);
  const sheds: Shed[] = [];
  let due = 0;
  let given = 0;
  for (const pod of pods) {
    // Rounded as a sum: of many pods each of which would send away a part of a client, a few send one.
    due += part * Math.max(pod.connections - share, 0);
    const asked = Math.round(due) - given;
    given += asked;
    if (asked > 0) sheds.push({ ...pod, asked });
  }
  return sheds;
}

/** Clients that a TickStorm may send elsewhere a second: as many as one pod that drains. */
export function shedRate(share: number, drainSeconds: number): number {
  return Math.max(share / Math.max(drainSeconds, 1), 1);
}

const stableRoot = (count: number): number => Math.sqrt(count + 3 / 8);

/** Most clients of a pod less the fewest of one; 0 without pods. */
function rangeOf(pods: readonly CountedPod[]): number {
  const counts = pods.map(({ connections }) => connections);
  return counts.length === 0 ? 0 : Math.max(...counts) - Math.min(...counts);
}
