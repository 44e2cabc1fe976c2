import { parseQuantity } from '../api/quantity.ts';
import { crossesNamespaces, type PodAffinity } from './pod-affinity.ts';

/** Amounts by resource name, as quantities. */
type Quantities = Readonly<Record<string, string | number>>;

/** What of a container the arithmetic reads. */
export interface ContainerResources {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly resources?: ResourceAmounts;
}

interface ResourceAmounts {
  readonly limits?: Quantities;
  readonly requests?: Quantities;
}

/** What of a pod's spec the arithmetic reads. */
export interface PodResources {
  readonly containers: readonly ContainerResources[];
  readonly initContainers?: readonly ContainerResources[];
  /** Of the pod as a whole: they go before those of its containers (KEP-2837). */
  readonly resources?: ResourceAmounts;
  readonly overhead?: Quantities;
  readonly priorityClassName?: string;
  readonly activeDeadlineSeconds?: number;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly affinity?: PodAffinity;
}

/** What of a pod's spec the arithmetic reads, and no more: to be remembered. */
export function resourcesOf(pod: PodResources): PodResources {
  const only = ({ name, restartPolicy, resources }: ContainerResources): ContainerResources => ({
    name,
    ...(restartPolicy !== undefined && { restartPolicy }),
    ...(resources !== undefined && { resources }),
  });
  const { containers, initContainers, resources, overhead } = pod;
  const { priorityClassName, activeDeadlineSeconds, nodeSelector, affinity } = pod;
  return {
    containers: containers.map(only),
    ...(initContainers !== undefined && { initContainers: initContainers.map(only) }),
    ...(resources !== undefined && { resources }),
    ...(overhead !== undefined && { overhead }),
    ...(priorityClassName !== undefined && { priorityClassName }),
    ...(activeDeadlineSeconds !== undefined && { activeDeadlineSeconds }),
    ...(nodeSelector !== undefined && { nodeSelector }),
    ...(crossesNamespaces(affinity) && { affinity }),
  };
}

export type Bound = 'limits' | 'requests';

/**
 * Nano-units that a container declares of a resource. The API takes a limit without a request for a request of the
 * same amount. Undefined when it declares none.
 */
export function declared(container: ContainerResources, bound: Bound, resource: string): bigint | undefined {
  const { limits, requests } = container.resources ?? {};
  const quantity = bound === 'limits' ? limits?.[resource] : (requests?.[resource] ?? limits?.[resource]);
  return quantity === undefined ? undefined : parseQuantity(quantity);
}

const isSidecar = ({ restartPolicy }: ContainerResources): boolean => restartPolicy === 'Always';

/** All containers of a pod, those that run before the others included. */
export function allContainers({ containers, initContainers = [] }: PodResources): ContainerResources[] {
  return [...initContainers, ...containers];
}

/** Resources that may be declared for a pod as a whole. */
const isOfPods = (resource: string): boolean =>
  resource === 'cpu' || resource === 'memory' || resource.startsWith('hugepages-');

/**
 * Nano-units that a pod declares: its containers and sidecars together, or what an init container needs beside the
 * sidecars before it, if that is more (KEP-753); or what is declared for the pod as a whole. Undefined when nothing is.
 */
export function podDeclared(pod: PodResources, bound: Bound, resource: string): bigint | undefined {
  const { limits, requests } = pod.resources ?? {};
  const whole = isOfPods(resource) ? { limits: limits?.[resource], requests: requests?.[resource] } : {};
  if (whole[bound] !== undefined) return parseQuantity(whole[bound]);
  const amounts = allContainers(pod).map((container) => declared(container, bound, resource));
  // The API takes the pod's limit for its request where no container says anything.
  if (amounts.every((amount) => amount === undefined)) {
    return whole.limits === undefined ? undefined : parseQuantity(whole.limits);
  }
  const amount = (container: ContainerResources): bigint => declared(container, bound, resource) ?? 0n;
  let sidecars = 0n;
  let peak = 0n;
  for (const container of pod.initContainers ?? []) {
    const atOnce = sidecars + amount(container);
    if (atOnce > peak) peak = atOnce;
    if (isSidecar(container)) sidecars = atOnce;
  }
  const together = pod.containers.reduce((sum, container) => sum + amount(container), sidecars);
  return together > peak ? together : peak;
}

/** Nano-units that a pod is charged for: what it declares, and the overhead of its runtime class (KEP-688). */
export function podTotal(pod: PodResources, bound: Bound, resource: string): bigint {
  const total = podDeclared(pod, bound, resource) ?? 0n;
  // What has no limit gets none by the overhead.
  if (bound === 'limits' && total === 0n) return 0n;
  return total + (parseQuantity(pod.overhead?.[resource] ?? 0) ?? 0n);
}
