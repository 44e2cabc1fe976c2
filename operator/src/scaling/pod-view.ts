import { GROUP } from '../api/v1alpha1/group.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';

/** Of a pod that is being drained before it goes: when that began, RFC 3339. The operator's memory is there, not in it. */
export const DRAIN_STARTED_ANNOTATION = `${GROUP}/drain-started-at`;
/** What a ReplicaSet sorts pods of equal readiness by when it deletes some (KEP-2255). */
export const DELETION_COST_ANNOTATION = 'controller.kubernetes.io/pod-deletion-cost';

/** What scaling needs to know of a pod. */
export interface PodView {
  readonly name: string;
  readonly uid: string;
  /** Tells its ReplicaSet from others of the Deployment. */
  readonly templateHash: string;
  /** Address of a pod that runs. */
  readonly address: string | undefined;
  readonly phase: string;
  /** Whether it has a node. */
  readonly isAssigned: boolean;
  readonly isReady: boolean;
  readonly deletionCost: number;
  /** Unix milliseconds. */
  readonly createdMs: number;
  /** Unix milliseconds; undefined while it is not drained on request. */
  readonly drainStartedMs: number | undefined;
  /** Unix milliseconds at which the kubelet kills it; undefined while it is not deleted. */
  readonly killedAtMs: number | undefined;
}

/** Where it stands in a pod. */
export interface PodFields {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

const timeOf = (text: string | undefined): number | undefined => {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? undefined : ms;
};

function costOf(text: string | undefined): number {
  // What is no such number counts as zero, as for the ReplicaSet.
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : 0;
}

/** Reads a pod. */
export function podView(pod: KubeObject): PodView {
  const { name, uid = '', labels = {}, annotations = {}, creationTimestamp, deletionTimestamp } = pod.metadata;
  const { spec = {}, status = {} } = trusted<PodFields>(pod);
  const phase = status.phase ?? 'Pending';
  return {
    name,
    uid,
    templateHash: labels['pod-template-hash'] ?? '',
    address: phase === 'Running' ? status.podIP : undefined,
    phase,
    isAssigned: (spec.nodeName ?? '') !== '',
    isReady: status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') === true,
    deletionCost: costOf(annotations[DELETION_COST_ANNOTATION]),
    createdMs: timeOf(creationTimestamp) ?? 0,
    drainStartedMs: timeOf(annotations[DRAIN_STARTED_ANNOTATION]),
    killedAtMs: timeOf(deletionTimestamp),
  };
}

/** Whether a pod has finished: it counts no more. */
export function hasFinished({ phase }: Pick<PodView, 'phase'>): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

/**
 * Whether a pod has been killed. It may be there for ever after that: that of a node that is lost until the node is back
 * or deleted.
 */
export function isKilled({ killedAtMs }: Pick<PodView, 'killedAtMs'>, nowMs: number): boolean {
  return killedAtMs !== undefined && killedAtMs <= nowMs;
}

/** Whether a ReplicaSet counts the pod: neither deleted nor finished. */
export function isActive(pod: Pick<PodView, 'phase' | 'killedAtMs'>): boolean {
  return pod.killedAtMs === undefined && !hasFinished(pod);
}
