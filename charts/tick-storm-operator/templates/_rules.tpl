{{/* What the operator may do in every namespace that it serves: instanceRules of operator/src/api/rbac.ts. */}}
{{- define "tick-storm-operator.rules" -}}
# patch: the finalizer of those that are to be drained before they go.
- apiGroups: [tickstorm.io]
  resources: [tickstorms]
  verbs: [get, list, watch, patch]
# The number of pods that someone has set on a Deployment becomes its TickStorm's.
- apiGroups: [tickstorm.io]
  resources: [tickstorms/scale]
  verbs: [patch]
- apiGroups: [tickstorm.io]
  resources: [tickstorms/status]
  verbs: [patch]
# Where the API server guards ownership, references that block deletion need this.
- apiGroups: [tickstorm.io]
  resources: [tickstorms/finalizers]
  verbs: [update]
# patch: the annotations of a pod that is drained before it goes.
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch, patch]
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [services, configmaps, serviceaccounts, resourcequotas, limitranges]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list, watch, create, patch, delete]
# Where they are installed.
- apiGroups: [monitoring.coreos.com]
  resources: [servicemonitors, prometheusrules]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [cert-manager.io]
  resources: [certificates]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, delete]
# A Role may be written only by who holds what it grants: the instances' Roles grant reading their ConfigMap.
- apiGroups: [rbac.authorization.k8s.io]
  resources: [roles, rolebindings]
  verbs: [get, list, watch, create, patch, delete]
# Neither list nor watch: both would open the contents of every Secret. patch: owner references.
# delete: what garbage collection has forgotten of a deleted TickStorm.
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, create, patch, delete]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end }}
