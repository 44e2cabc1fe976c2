import { crossesNamespaces } from '../arithmetic/pod-affinity.ts';
import type { ContainerResources, PodResources } from '../arithmetic/pod-resources.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import type { SharedParts } from '../runtime/shared-parts.ts';
import { trusted } from '../runtime/trusted.ts';
import { DELETION_COST_ANNOTATION, DRAIN_STARTED_ANNOTATION, type PodFields } from '../scaling/pod-view.ts';
import type { ContainerStatus, PodStatus } from './pod-trouble.ts';

type Spec = PodResources & NonNullable<PodFields['spec']>;
type Waiting = NonNullable<NonNullable<ContainerStatus['state']>['waiting']>;
type Terminated = NonNullable<NonNullable<ContainerStatus['lastState']>['terminated']>;
type Status = PodStatus & NonNullable<PodFields['status']>;

const containers = (all: readonly ContainerResources[]): ContainerResources[] =>
  all.map(({ name, restartPolicy, resources }) => defined({ name, restartPolicy, resources }));

/** Without the words about a crash, which nobody reads: the pod's name and the back-off's time make each one of its kind. */
const waitingEssentials = ({ reason, message }: Waiting): Waiting =>
  defined({ reason, message: reason === 'CrashLoopBackOff' ? undefined : message });

/** Without times, the container's ID and its last words of up to 4 KiB, which no two pods have in common. */
const terminatedEssentials = ({ reason, exitCode }: Terminated): Terminated => defined({ reason, exitCode });

const statuses = (all: readonly ContainerStatus[]): ContainerStatus[] =>
  all.map(({ name, state, lastState }) =>
    defined({
      name,
      state: state?.waiting && { waiting: waitingEssentials(state.waiting) },
      lastState: lastState?.terminated && { terminated: terminatedEssentials(lastState.terminated) },
    }),
  );

/**
 * What is kept of a pod: all that quotas, scaling, drains and conditions look at, about a quarter of it, and of that
 * once what it has in common with others. Of many TickStorms the pods would else be the most of the operator's memory.
 */
export function podEssentials(pod: KubeObject, parts: Pick<SharedParts, 'share'>): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = pod.metadata;
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
  const { labels, annotations = {}, ownerReferences } = pod.metadata;
  const { spec, status } = trusted<{ readonly spec?: Spec; readonly status?: Status }>(pod);
  const kept = [DRAIN_STARTED_ANNOTATION, DELETION_COST_ANNOTATION].flatMap((key) =>
    annotations[key] === undefined ? [] : [[key, annotations[key]] as const],
  );
  return {
    apiVersion: pod.apiVersion,
    kind: pod.kind,
    metadata: defined({
      name,
      namespace,
      uid,
      resourceVersion,
      creationTimestamp,
      deletionTimestamp,
      deletionGracePeriodSeconds,
      labels: labels && parts.share(labels),
      annotations: parts.share(Object.fromEntries(kept)),
      ownerReferences: ownerReferences && parts.share(ownerReferences),
    }),
    ...(spec !== undefined && { spec: specEssentials(spec, parts) }),
    ...(status !== undefined && { status: statusEssentials(status, parts) }),
  };
}

function specEssentials(spec: Spec, parts: Pick<SharedParts, 'share'>): Spec {
  const { initContainers, resources, overhead, priorityClassName, activeDeadlineSeconds, nodeName, affinity } = spec;
  return {
    containers: parts.share(containers(spec.containers)),
    ...(initContainers !== undefined && { initContainers: parts.share(containers(initContainers)) }),
    ...(affinity !== undefined && crossesNamespaces(affinity) && { affinity: parts.share(affinity) }),
    ...defined({ resources, overhead, priorityClassName, activeDeadlineSeconds, nodeName }),
  };
}

function statusEssentials(status: Status, parts: Pick<SharedParts, 'share'>): Status {
  const { phase, podIP, conditions = [], containerStatuses = [], initContainerStatuses = [] } = status;
  return {
    ...defined({ phase, podIP }),
    conditions: parts.share(
      conditions.map(({ type, status: holds, reason, message }) => defined({ type, status: holds, reason, message })),
    ),
    containerStatuses: parts.share(statuses(containerStatuses)),
    initContainerStatuses: parts.share(statuses(initContainerStatuses)),
  };
}

/** The object without the fields that are undefined. */
function defined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return trusted(Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)));
}
