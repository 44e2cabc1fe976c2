/**
 * The addresses of one cluster. All come from 198.18.0.0/15, the range that RFC 2544 sets aside for tests of
 * network devices, so that they collide with no real network; each cluster has a slot of its own.
 */
export interface AddressPlan {
  readonly slot: number;
  /** Pods of all nodes, a /20; each node has a /24 of it. */
  readonly podRange: string;
  /** ClusterIPs, a /20. */
  readonly serviceRange: string;
  /** The address of the `kubernetes` Service. */
  readonly kubernetesServiceIp: string;
  readonly dnsServiceIp: string;
  /** Where the nodes and the control plane meet, a /24. */
  readonly nodeRange: string;
  readonly controlPlaneIp: string;
  /** Addresses of LoadBalancer Services, a /24. */
  readonly loadBalancerRange: string;
  /** The link between the host and the control plane, a /30. */
  readonly hostIp: string;
  readonly gatewayIp: string;
  /** The interface on the host's side of that link; at most 15 characters. */
  readonly hostInterface: string;
}

/** Clusters that fit side by side. */
export const SLOTS = 8;
/** Nodes that fit in one cluster. */
export const MAX_NODES = 16;

export function addressPlan(slot: number): AddressPlan {
  if (!Number.isInteger(slot) || slot < 0 || slot >= SLOTS) {
    throw new RangeError(`cluster slot ${slot} is outside 0 to ${SLOTS - 1}`);
  }
  const nodes = `198.18.${128 + slot}`;
  const link = `198.18.${152 + slot}`;
  const services = 32 * slot;
  return {
    slot,
    podRange: `198.18.${16 * slot}.0/20`,
    serviceRange: `198.19.${services}.0/20`,
    kubernetesServiceIp: `198.19.${services}.1`,
    dnsServiceIp: `198.19.${services}.10`,
    nodeRange: `${nodes}.0/24`,
    controlPlaneIp: `${nodes}.1`,
    loadBalancerRange: `198.18.${144 + slot}.0/24`,
    hostIp: `${link}.1`,
    gatewayIp: `${link}.2`,
    hostInterface: `tickstorm${slot}`,
  };
}

/** The nth address (1 to 254) of the LoadBalancer range. */
export function loadBalancerIp(plan: AddressPlan, n: number): string {
  return `198.18.${144 + plan.slot}.${n}`;
}

export interface NodeAddresses {
  readonly ip: string;
  /** The node's pods, a /24. */
  readonly podRange: string;
  /** The bridge that the node's pods hang on. */
  readonly podGateway: string;
}

/** The addresses of node `index`, counted from 1. */
export function nodeAddresses(plan: AddressPlan, index: number): NodeAddresses {
  if (!Number.isInteger(index) || index < 1 || index > MAX_NODES) {
    throw new RangeError(`node ${index} is outside 1 to ${MAX_NODES}`);
  }
  const pods = `198.18.${16 * plan.slot + index - 1}`;
  return { ip: `198.18.${128 + plan.slot}.${10 + index}`, podRange: `${pods}.0/24`, podGateway: `${pods}.1` };
}
