/** Part of a pod's share that it may be above it. */
const TOLERANCE = 0.1;

export interface CountedPod {
  readonly uid: string;
  readonly connections: number;
}

/** A pod that has too many clients. */
export interface Shed extends CountedPod {
  /** Clients beyond its share. */
  readonly excess: number;
  /** The pod's share: what each pod would have if all had the same. */
  readonly share: number;
}

/**
 * Which pods have too many clients: more than their share and a tenth of it, or twice its square root. Closer they
 * would never come: clients choose pods by chance, and moving them would never end.
 */
export function crowdedPods(pods: readonly CountedPod[]): Shed[] {
  if (pods.length < 2) return [];
  const share = pods.reduce((sum, { connections }) => sum + connections, 0) / pods.length;
  const most = share + Math.max(TOLERANCE * share, 2 * Math.sqrt(share));
  return pods
    .filter(({ connections }) => connections > most)
    .map((pod) => ({ ...pod, excess: Math.floor(pod.connections - share), share }));
}

/** Clients that a TickStorm may send elsewhere a second: as many as one pod that drains. */
export function shedRate(share: number, drainSeconds: number): number {
  return Math.max(share / Math.max(drainSeconds, 1), 1);
}
