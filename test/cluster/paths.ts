import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where everything that outlives a run is kept, outside the work tree: XDG_CACHE_HOME/tick-storm. */
export function cacheDirectory(): string {
  const base = process.env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'tick-storm');
}

/** The files of one cluster. */
export interface ClusterPaths {
  readonly root: string;
  /** Gone when the cluster goes down. */
  readonly state: string;
  /** Stays until the next `up` of the same name. */
  readonly logs: string;
  readonly pki: string;
  readonly kubeconfig: string;
  readonly record: string;
}

export function clustersDirectory(): string {
  return join(cacheDirectory(), 'clusters');
}

export function clusterPaths(name: string): ClusterPaths {
  const root = join(clustersDirectory(), name);
  const state = join(root, 'state');
  return {
    root,
    state,
    logs: join(root, 'logs'),
    pki: join(state, 'pki'),
    kubeconfig: join(state, 'kubeconfig'),
    record: join(state, 'cluster.json'),
  };
}

/** The files of one node. */
export interface NodePaths {
  readonly state: string;
  readonly logs: string;
  readonly containerdSocket: string;
}

export function nodePaths(cluster: ClusterPaths, node: string): NodePaths {
  const state = join(cluster.state, node);
  return { state, logs: join(cluster.logs, node), containerdSocket: join(state, 'containerd.sock') };
}
