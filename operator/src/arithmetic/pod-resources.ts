import { parseQuantity } from '../api/quantity.ts';

/** Amounts by resource name, as quantities. */
type Quantities = Readonly<Record<string, string | number>>;

/** What of a container the arithmetic reads. */
export interface ContainerResources {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly resources?: {
    readonly limits?: Quantities;
    readonly requests?: Quantities;
  };
}

/** What of a pod's spec the arithmetic reads. */
export interface PodResources {
  readonly containers: readonly ContainerResources[];
  readonly initContainers?: readonly ContainerResources[];
  readonly overhead?: Quantities;
  readonly priorityClassName?: string;
  readonly activeDeadlineSeconds?: number;
  readonly nodeSelector?: Readonly<Record<string, string>>;
}

/** What of a pod's spec the arithmetic reads, and no more: to be remembered. */
export function resourcesOf(pod: PodResources): PodResources {
  const only = ({ name, restartPolicy, resources }: ContainerResources): ContainerResources => ({
    name,
    ...(restartPolicy !== undefined && { restartPolicy }),
    ...(resources !== undefined && { resources }),
  });
  const { containers, initContainers, overhead, priorityClassName, activeDeadlineSeconds, nodeSelector } = pod;
  return {
    containers: containers.map(only),
    ...(initContainers !== undefined && { initContainers: initContainers.map(only) }),
    ...(overhead !== undefined && { overhead }),
    ...(priorityClassName !== undefined && { priorityClassName }),
    ...(activeDeadlineSeconds !== undefined && { activeDeadlineSeconds }),
    ...(nodeSelector !== undefined && { nodeSelector }),
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

/**
 * Nano-units that a pod is charged for: its containers and sidecars together, or what an init container needs beside
 * the sidecars before it, if that is more; and the overhead of its runtime class (KEP-753, KEP-688).
 */
export function podTotal(pod: PodResources, bound: Bound, resource: string): bigint {
  const amount = (container: ContainerResources): bigint => declared(container, bound, resource) ?? 0n;
  let sidecars = 0n;
  let peak = 0n;
  for (const container of pod.initContainers ?? []) {
    const atOnce = sidecars + amount(container);
    if (atOnce > peak) peak = atOnce;
    if (isSidecar(container)) sidecars = atOnce;
  }
  const together = pod.containers.reduce((sum, container) => sum + amount(container), sidecars);
  const overhead = parseQuantity(pod.overhead?.[resource] ?? 0) ?? 0n;
  return (together > peak ? together : peak) + overhead;
}
