import type { AddressPlan, NodeAddresses } from './addresses.ts';
import type { ClusterPaths, NodePaths } from './paths.ts';
import type { ToolName } from './tools.ts';

/** Everything about a cluster that its parts need to know; kept as JSON in the cluster's state folder. */
export interface ClusterSpec {
  readonly name: string;
  readonly addresses: AddressPlan;
  readonly paths: ClusterPaths;
  readonly tools: Readonly<Record<ToolName, string>>;
}

export interface NodeSpec {
  readonly name: string;
  readonly index: number;
  readonly zone: string;
  readonly addresses: NodeAddresses;
  readonly paths: NodePaths;
  /** Below every cgroup v1 controller, or below the v2 root. */
  readonly cgroup: string;
  /** The reference of the image that holds a pod's namespaces. */
  readonly pauseImage: string;
}

export const REGION = 'region-1';
export const DNS_DOMAIN = 'cluster.local';

export function apiServerUrl(cluster: ClusterSpec): string {
  return `https://${cluster.addresses.controlPlaneIp}:6443`;
}
