import type { V1PodTemplateSpec } from '@kubernetes/client-node';

/** What the pods need beside the resource. */
export interface PodContext {
  /** Image of TickStorms that name none. */
  readonly serverImage: string;
  /** Whether spec.podTemplate may have host-level fields. */
  readonly allowsHostLevel: boolean;
}

/**
 * How a rollout replaces pods. Surge: a quarter more and a quarter fewer at a time. SurgeOne: one more, none fewer.
 * Replace: none more, one fewer, which needs no room beside the pods that there are.
 */
export type RolloutStrategy = 'Surge' | 'SurgeOne' | 'Replace';

/** A pod template other than the one that the spec comes down to, and the annotations that keep it. */
interface KeptTemplate {
  readonly template: V1PodTemplateSpec;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What a builder needs beside the resource. */
export interface BuildContext extends PodContext {
  /** What the pods are made of; absent means what the spec comes down to. */
  readonly pods?: KeptTemplate;
  readonly strategy: RolloutStrategy;
  /** Pods that are to run now: those of the resource, unless annotations hold them back. */
  readonly replicas: number;
  /** Namespace that the operator runs in. */
  readonly operatorNamespace: string;
  /** Pods that evictions must leave; absent means as the resource says. */
  readonly minAvailable?: number | undefined;
  /** Seconds that a rollout waits after each new pod, while the pod before drains. */
  readonly minReadySeconds: number;
  /** Fewest pods that the autoscaler is to keep; absent means as few as the resource says. */
  readonly fewestReplicas?: number | undefined;
  /** Pods that the clients need, where that raises the fewest: noted beside them. */
  readonly podsForClients?: number | undefined;
  /** Most pods that the autoscaler may ask for; absent means as many as the resource says. */
  readonly mostReplicas?: number | undefined;
}
