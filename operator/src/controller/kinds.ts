import { API_VERSION, KIND, PLURAL } from '../api/v1alpha1/group.ts';
import type { ResourceType } from '../runtime/resource-type.ts';

/** The resource that the operator is for. */
export const TICK_STORM: ResourceType = { apiVersion: API_VERSION, kind: KIND, plural: PLURAL };

/** Kinds that a TickStorm owns and the operator watches. */
export const OWNED_KINDS = {
  ServiceAccount: { apiVersion: 'v1', kind: 'ServiceAccount', plural: 'serviceaccounts' },
  Role: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', plural: 'roles' },
  RoleBinding: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', plural: 'rolebindings' },
  ConfigMap: { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' },
  Deployment: { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments' },
  Service: { apiVersion: 'v1', kind: 'Service', plural: 'services' },
  NetworkPolicy: { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', plural: 'networkpolicies' },
  PodDisruptionBudget: { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', plural: 'poddisruptionbudgets' },
  HorizontalPodAutoscaler: {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    plural: 'horizontalpodautoscalers',
  },
} as const satisfies Record<string, ResourceType>;

/** Kinds that a TickStorm owns where they are installed. */
export const OPTIONAL_KINDS = {
  ServiceMonitor: { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', plural: 'servicemonitors' },
  PrometheusRule: { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', plural: 'prometheusrules' },
  Certificate: { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', plural: 'certificates' },
} as const satisfies Record<string, ResourceType>;

/** Kinds of which a namespace has one, shared by its TickStorms. */
export const SHARED_KINDS = {
  ResourceQuota: { apiVersion: 'v1', kind: 'ResourceQuota', plural: 'resourcequotas' },
  LimitRange: { apiVersion: 'v1', kind: 'LimitRange', plural: 'limitranges' },
} as const satisfies Record<string, ResourceType>;

/** The pods themselves: watched; of those that are drained on request two annotations are written. */
export const POD: ResourceType = { apiVersion: 'v1', kind: 'Pod', plural: 'pods' };

/** Only their metadata, and only by an operator of the whole cluster. */
export const NODE: ResourceType = { apiVersion: 'v1', kind: 'Node', plural: 'nodes' };

/** Read by name only: watching would open the contents of all of them. */
export const SECRET: ResourceType = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets' };

export type OwnedKind = keyof typeof OWNED_KINDS;
export type OptionalKind = keyof typeof OPTIONAL_KINDS;
export type SharedKind = keyof typeof SHARED_KINDS;
