import { fleetLoad, type Audience, type FleetLoad } from './cost-model.ts';
import type { Costs } from './costs.ts';

/** The pod of the guide, and a node of 16 CPUs and 32 GiB with room for the system. */
export const POD_CPUS = 2;
export const PODS_OF_A_NODE = 7;
export const NODE_BITS_PER_SECOND = 25e9;
/** MAX_CONNECTIONS, all of which a pod takes. */
export const POD_CONNECTIONS = 50_000;
/** Nobody new is taken from 90 % of the container's limit on. */
export const POD_BYTES: number = 0.9 * 2 * 2 ** 30;

export interface FleetPlan extends FleetLoad {
  readonly pods: number;
  readonly nodes: number;
  /** Of all pods, their own and their clients'. */
  readonly memoryBytes: number;
  /** What asks for that many pods, or nodes. */
  readonly binds: string;
}

/** How many pods and nodes an audience takes. */
export function fleetPlan(costs: Costs, audience: Audience): FleetPlan {
  const load = fleetLoad(costs, audience);
  const { clients } = audience;
  const asked: [string, number][] = [
    ['CPU', load.cpus / POD_CPUS],
    ['one supervisor a pod', load.supervisors],
    ['connections per pod', clients / POD_CONNECTIONS],
    ['memory', (clients * load.clientBytes) / (POD_BYTES - costs.pod)],
  ];
  const pods = Math.ceil(Math.max(...asked.map(([, count]) => count)));
  const nodesOfPods = Math.ceil(pods / PODS_OF_A_NODE);
  const nodesOfBits = Math.ceil(load.wireBitsPerSecond / NODE_BITS_PER_SECOND);
  const most = asked.find(([, count]) => Math.ceil(count) === pods)![0];
  return {
    ...load,
    pods,
    nodes: Math.max(nodesOfPods, nodesOfBits),
    memoryBytes: pods * costs.pod + clients * load.clientBytes,
    binds: nodesOfBits > nodesOfPods ? 'bandwidth' : most,
  };
}
