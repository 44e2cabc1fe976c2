/**
 * The spec of every TickStorm here: all objects that need no other software installed, and no pods, since no node would
 * run them.
 */
const spec = {
  replicas: 0,
  autoscaling: { mode: 'Enabled' },
  service: { type: 'ClusterIP' },
  networkPolicy: { mode: 'Enabled' },
} as const;

/** Where the objects of each TickStorm are listed. The two Secrets and two Services are of one kind. */
export const OWNED_COLLECTIONS: Readonly<Record<string, number>> = {
  '/api/v1/serviceaccounts': 1,
  '/api/v1/configmaps': 1,
  '/api/v1/secrets': 2,
  '/api/v1/services': 2,
  '/apis/rbac.authorization.k8s.io/v1/roles': 1,
  '/apis/rbac.authorization.k8s.io/v1/rolebindings': 1,
  '/apis/apps/v1/deployments': 1,
  '/apis/policy/v1/poddisruptionbudgets': 1,
  '/apis/networking.k8s.io/v1/networkpolicies': 1,
  '/apis/autoscaling/v2/horizontalpodautoscalers': 1,
};

/** Where the objects that the TickStorms of a namespace share are listed. */
export const SHARED_COLLECTIONS = ['/api/v1/resourcequotas', '/api/v1/limitranges'] as const;

export function benchTickStorm(namespace: string, name: string): object {
  return { apiVersion: 'tickstorm.io/v1alpha1', kind: 'TickStorm', metadata: { name, namespace }, spec };
}
