import { formatQuantity } from '../api/quantity.ts';
import { withDefaults } from '../arithmetic/limit-range-defaults.ts';
import { allContainers, podTotal, type PodResources } from '../arithmetic/pod-resources.ts';
import type { ContainerDefaults, PodSize } from '../builders/shared-limits.ts';

/** What these pods declare, with the defaults for what they leave open. */
export function podSizes(pods: readonly PodResources[], defaults: ContainerDefaults): readonly PodSize[] {
  const range = { name: 'defaults', limits: [{ type: 'Container', ...defaults }] };
  return pods.map((pod) => ({ ...sizeOf(withDefaults(pod, [range])), openRequests: openRequestsOf(pod) }));
}

function openRequestsOf(pod: PodResources): PodSize['openRequests'] {
  return allContainers(pod).map(({ resources: { requests = {}, limits = {} } = {} }) =>
    Object.fromEntries(Object.entries(requests).filter(([resource]) => limits[resource] === undefined)),
  );
}

function sizeOf(pod: PodResources): Omit<PodSize, 'openRequests'> {
  const containers = allContainers(pod).map(({ resources }) => resources ?? {});
  const total = (resource: string): string =>
    formatQuantity(podTotal(pod, 'limits', resource), resource === 'cpu' ? 'decimal' : 'binary');
  return {
    limits: containers.map(({ limits = {} }) => limits),
    requests: containers.map(({ requests = {} }) => requests),
    total: { cpu: total('cpu'), memory: total('memory'), 'ephemeral-storage': total('ephemeral-storage') },
  };
}
