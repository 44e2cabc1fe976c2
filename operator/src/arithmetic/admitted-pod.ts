import { allContainers, type ContainerResources, type PodResources } from './pod-resources.ts';

/**
 * A pod as it is charged once it is admitted: with what every running one has and the template does not, which are the
 * sidecars of admission webhooks, the overhead of a runtime class (KEP-688) and the default priority class. What only
 * some of them have is of another template, and what they have in different sizes is as the youngest has it: admission
 * gives the next one that. Before the first pod none of it is known.
 * @param running the youngest first
 * @param templates those that the running ones may be of: what these name themselves comes of no admission
 */
export function asAdmitted(
  pod: PodResources,
  running: readonly PodResources[],
  templates: () => readonly PodResources[] = () => [],
): PodResources {
  const [youngest] = running;
  if (youngest === undefined) return pod;
  const known = new Set(allContainers(pod).map(({ name }) => name));
  // They have to be unpacked: looked at only where something is in question.
  let named: readonly PodResources[] | undefined;
  const isNamed = (has: (template: PodResources) => boolean): boolean => (named ??= templates()).some(has);
  const hasContainer = (name: string) => (other: PodResources) =>
    allContainers(other).some((container) => container.name === name);
  const isAdded = ({ name }: ContainerResources): boolean =>
    !known.has(name) && running.every(hasContainer(name)) && !isNamed(hasContainer(name));
  const { overhead } = youngest;
  const priorityClassName = pod.priorityClassName ?? defaultClass(running, isNamed);
  return {
    ...pod,
    containers: [...pod.containers, ...youngest.containers.filter(isAdded)],
    initContainers: [...(youngest.initContainers ?? []).filter(isAdded), ...(pod.initContainers ?? [])],
    ...(pod.overhead === undefined && overhead !== undefined && { overhead }),
    ...(priorityClassName !== undefined && { priorityClassName }),
  };
}

/** The priority class that all running pods have of which no template names theirs. */
function defaultClass(
  running: readonly PodResources[],
  isNamed: (has: (template: PodResources) => boolean) => boolean,
): string | undefined {
  const classes = new Set(running.map(({ priorityClassName }) => priorityClassName));
  const given = [...classes].filter(
    (name) => name === undefined || !isNamed((template) => template.priorityClassName === name),
  );
  return given.length === 1 ? given[0] : undefined;
}
