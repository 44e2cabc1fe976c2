/** A TickStorm without pods: with nodes or without, it is Ready as soon as its objects are as declared. */
export function podless(namespace: string, name: string, spec: object = {}): object {
  return {
    apiVersion: 'tickstorm.io/v1alpha1',
    kind: 'TickStorm',
    metadata: { name, namespace },
    spec: { replicas: 0, autoscaling: { mode: 'Disabled' }, service: { type: 'ClusterIP' }, ...spec },
  };
}
