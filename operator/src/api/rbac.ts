/** One rule of the operator's own rights, with the reason for it. */
export interface OperatorRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly reason: string;
}

/** get: a name that is not in the cache may be taken; patch and create: server-side apply; delete: a feature went off. */
const MANAGE = ['get', 'list', 'watch', 'create', 'patch', 'delete'] as const;

/**
 * What the operator needs in every namespace that it works in: as a ClusterRole, or as a Role in each of
 * WATCH_NAMESPACES. The chart's rules are checked against this list.
 */
export const instanceRules: readonly OperatorRule[] = [
  {
    apiGroups: ['tickstorm.io'],
    resources: ['tickstorms'],
    verbs: ['get', 'list', 'watch', 'patch'],
    reason: 'Reads what is declared. patch: the finalizer of those with deletionPolicy Drain.',
  },
  {
    apiGroups: ['tickstorm.io'],
    resources: ['tickstorms/scale'],
    verbs: ['patch'],
    reason: 'Takes over the number of pods that someone has set on the Deployment.',
  },
  {
    apiGroups: ['tickstorm.io'],
    resources: ['tickstorms/status'],
    verbs: ['patch'],
    reason: 'Writes the status by server-side apply.',
  },
  {
    apiGroups: ['tickstorm.io'],
    resources: ['tickstorms/finalizers'],
    verbs: ['update'],
    reason: 'Owner references with blockOwnerDeletion need it where OwnerReferencesPermissionEnforcement is on.',
  },
  {
    apiGroups: [''],
    resources: ['pods'],
    verbs: ['list', 'watch', 'patch'],
    reason:
      'What the pods take of quotas, and why they do not start. One list of others tells a shared namespace. ' +
      'patch: the annotations of a pod that is drained before it goes.',
  },
  { apiGroups: ['apps'], resources: ['deployments'], verbs: MANAGE, reason: 'The server pods.' },
  {
    apiGroups: [''],
    resources: ['services', 'serviceaccounts'],
    verbs: MANAGE,
    reason: "The instance's Services and its pods' identity.",
  },
  {
    apiGroups: [''],
    resources: ['configmaps'],
    verbs: MANAGE,
    reason: "The server's configuration. get and watch are also what the instance's own Role grants.",
  },
  {
    apiGroups: [''],
    resources: ['secrets'],
    verbs: ['get', 'create', 'patch', 'delete'],
    reason:
      'Credentials: looked up by name, made once, never listed or watched. patch: the owner reference only. ' +
      'delete: those of a deleted TickStorm that garbage collection has forgotten.',
  },
  {
    apiGroups: [''],
    resources: ['resourcequotas', 'limitranges'],
    verbs: MANAGE,
    reason: "The quota and the limit range that a namespace's TickStorms share.",
  },
  {
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['roles', 'rolebindings'],
    verbs: MANAGE,
    reason: "The instance's Role and its binding; the API server lets the operator grant only what it holds itself.",
  },
  {
    apiGroups: ['autoscaling'],
    resources: ['horizontalpodautoscalers'],
    verbs: MANAGE,
    reason: "The autoscaler over the TickStorm's scale.",
  },
  {
    apiGroups: ['networking.k8s.io'],
    resources: ['networkpolicies'],
    verbs: MANAGE,
    reason: 'The network policy of the pods, where it is asked for.',
  },
  {
    apiGroups: ['monitoring.coreos.com'],
    resources: ['servicemonitors', 'prometheusrules'],
    verbs: MANAGE,
    reason: 'Scraping and alerts, where the Prometheus operator is installed.',
  },
  {
    apiGroups: ['cert-manager.io'],
    resources: ['certificates'],
    verbs: MANAGE,
    reason: 'The certificate, where cert-manager is to issue it.',
  },
  {
    apiGroups: ['policy'],
    resources: ['poddisruptionbudgets'],
    verbs: MANAGE,
    reason: 'The budget for evictions.',
  },
  {
    apiGroups: ['events.k8s.io'],
    resources: ['events'],
    verbs: ['create', 'patch'],
    reason: 'Says what was done; repetitions become one event with a count.',
  },
];

/** What it needs beside them when it serves all namespaces. */
export const clusterRules: readonly OperatorRule[] = [
  {
    apiGroups: [''],
    resources: ['nodes'],
    verbs: ['list', 'watch'],
    reason: 'How many zones there are, where each takes one pod (`zoneAntiAffinity: Required`): the metadata only.',
  },
];

/** What it needs in its own namespace only. */
export const leaderElectionRules: readonly OperatorRule[] = [
  {
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    verbs: ['get', 'create', 'update', 'watch'],
    reason: 'Leader election. watch: a stand-by learns at once that the lease was given up.',
  },
];
