/** Resources of a pod that fits many times into the cluster of the tests. */
export const smallPod = {
  limits: { cpu: '500m', memory: '256Mi', 'ephemeral-storage': '256Mi' },
  requests: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
} as const;

/**
 * A TickStorm of one small pod without autoscaling that is only reached within the cluster.
 * @param spec what is set beside that, or instead
 */
export function smallTickStorm(metadata: { name: string; namespace?: string }, spec: object = {}): object {
  return {
    apiVersion: 'tickstorm.io/v1alpha1',
    kind: 'TickStorm',
    metadata,
    spec: {
      replicas: 1,
      autoscaling: { mode: 'Disabled' },
      disruption: { maxUnavailable: 1 },
      resources: smallPod,
      runtime: { workers: 1 },
      service: { type: 'ClusterIP' },
      ...spec,
    },
  };
}
