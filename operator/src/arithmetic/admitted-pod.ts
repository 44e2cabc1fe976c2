import { allContainers, type ContainerResources, type PodResources } from './pod-resources.ts';

/**
 * A pod as it is charged once it is admitted: with what every running one has and the template does not, which are the
 * sidecars of admission webhooks, the overhead of a runtime class (KEP-688) and the default priority class. What only
 * some of them have is of another template, and what they have in different sizes is as the youngest has it: admission
 * gives the next one that. Before the first pod none of it is known.
 * @param running the youngest first
 */
export function asAdmitted(pod: PodResources, running: readonly PodResources[]): PodResources {
  const [youngest] = running;
  if (youngest === undefined) return pod;
  const known = new Set(allContainers(pod).map(({ name }) => name));
  const isAdded = ({ name }: ContainerResources): boolean =>
    !known.has(name) && running.every((other) => allContainers(other).some((container) => container.name === name));
  const { overhead, priorityClassName } = youngest;
  const isClassOfAll = running.every((other) => other.priorityClassName === priorityClassName);
  return {
    ...pod,
    containers: [...pod.containers, ...youngest.containers.filter(isAdded)],
    initContainers: [...(youngest.initContainers ?? []).filter(isAdded), ...(pod.initContainers ?? [])],
    ...(pod.overhead === undefined && overhead !== undefined && { overhead }),
    ...(pod.priorityClassName === undefined &&
      priorityClassName !== undefined &&
      isClassOfAll && { priorityClassName }),
  };
}
