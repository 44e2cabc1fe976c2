import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { formatQuantity } from '../api/quantity.ts';
import { withDefaults } from '../arithmetic/limit-range.ts';
import { allContainers, podTotal, type PodResources } from '../arithmetic/pod-resources.ts';
import type { PodContext } from '../builders/build-context.ts';
import { buildPodSpec } from '../builders/pod-template.ts';
import type { ContainerDefaults, PodSize } from '../builders/shared-limits.ts';

/** What the pods of these TickStorms declare, their overlays included, with the defaults for what they leave open. */
export function podSizes(
  tickStorms: readonly TickStorm[],
  context: PodContext,
  defaults: ContainerDefaults,
): readonly PodSize[] {
  const range = { name: 'defaults', limits: [{ type: 'Container', ...defaults }] };
  return tickStorms.map((tickStorm) => {
    const pod: PodResources = buildPodSpec(tickStorm, context);
    return { ...sizeOf(withDefaults(pod, [range])), openRequests: openRequestsOf(pod) };
  });
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
