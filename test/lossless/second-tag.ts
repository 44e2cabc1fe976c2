import type { Cluster } from '../cluster/cluster.ts';
import { clusterPaths, nodePaths } from '../cluster/paths.ts';
import { run } from '../cluster/run.ts';

/** Gives an image that the nodes have another name, so that a change of the image changes nothing but that. */
export async function addTag(cluster: Cluster, reference: string, other: string): Promise<void> {
  for (const { name } of cluster.nodes()) {
    const { containerdSocket } = nodePaths(clusterPaths(cluster.name), name);
    const images = ['--address', containerdSocket, '--namespace', 'k8s.io', 'images'];
    await run('ctr', [...images, 'tag', '--force', reference, other]);
  }
}
