import { readdirSync, readFileSync } from 'node:fs';
import type { Kubectl } from '../install/kubectl.ts';
import type { Pod } from './bed.ts';

/**
 * Kills every process of a pod's container at once with SIGKILL, and takes the pod out of the cluster as a lost one:
 * nothing of it is drained, and its successor does not wait for its restarts.
 * @returns how many processes that were; none when they were gone already, with their node
 */
export async function killPod(kubectl: Kubectl, namespace: string, { metadata, status }: Pod): Promise<number> {
  const id = /^containerd:\/\/([0-9a-f]+)$/.exec(status.containerStatuses?.[0]?.containerID ?? '')?.[1];
  if (id === undefined) throw new Error(`pod ${metadata.name} has no running container`);
  const pids = processesOfContainer(id);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  const immediately = ['--grace-period=0', '--force', '--ignore-not-found', '--wait=false'];
  await kubectl.run(['delete', 'pod', metadata.name, ...immediately, `--namespace=${namespace}`]);
  return pids.length;
}

/** Its processes as this machine numbers them: the cluster's namespaces lie within it. */
function processesOfContainer(id: string): number[] {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(id);
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
}
