import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { buildAutoscaler } from '../builders/autoscaler.ts';
import type { BuildContext } from '../builders/build-context.ts';
import { buildCertificate } from '../builders/certificate.ts';
import { buildConfigMap } from '../builders/config-map.ts';
import { buildDashboard } from '../builders/dashboard.ts';
import { buildDeployment } from '../builders/deployment.ts';
import { buildDisruptionBudget } from '../builders/disruption-budget.ts';
import { buildNetworkPolicy } from '../builders/network-policy.ts';
import { objectNames } from '../builders/names.ts';
import type { AppliedObject } from '../builders/object.ts';
import { buildPrometheusRule } from '../builders/prometheus-rule.ts';
import { buildRoleBinding } from '../builders/role-binding.ts';
import { buildRole } from '../builders/role.ts';
import { buildServiceAccount } from '../builders/service-account.ts';
import { buildServiceMonitor } from '../builders/service-monitor.ts';
import { buildHeadlessService, buildService } from '../builders/service.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import type { OptionalKind, OwnedKind } from './kinds.ts';
import { replicasOf } from './wanted-replicas.ts';

/** One object as it is to be. */
export interface Desired {
  readonly kind: OwnedKind | OptionalKind;
  readonly name: string;
  /** Undefined: the object is not wanted, and goes if it is ours. */
  readonly intent: AppliedObject | undefined;
  /** What must still hold of the object that is there: else it has been overtaken, and is left to the next look. */
  readonly premise?: (live: KubeObject) => boolean;
}

/** What the pods refer to: without these, or with somebody else's, no pod may be started. */
export function podDependencies(tickStorm: TickStorm): Desired[] {
  const names = objectNames(tickStorm.metadata.name);
  return [
    { kind: 'ServiceAccount', name: names.serviceAccount, intent: buildServiceAccount(tickStorm) },
    { kind: 'ConfigMap', name: names.configMap, intent: buildConfigMap(tickStorm) },
  ];
}

/** What the pods' identity may do. The API server takes no binding of a Role that is not there yet. */
export function rights(tickStorm: TickStorm): Readonly<Record<'role' | 'binding', Desired>> {
  const names = objectNames(tickStorm.metadata.name);
  return {
    role: { kind: 'Role', name: names.role, intent: buildRole(tickStorm) },
    binding: { kind: 'RoleBinding', name: names.roleBinding, intent: buildRoleBinding(tickStorm) },
  };
}

/** What bounds the pods, and so is there before them. */
export function bounds(tickStorm: TickStorm, context: BuildContext): Desired[] {
  const { networkPolicy } = objectNames(tickStorm.metadata.name);
  return [{ kind: 'NetworkPolicy', name: networkPolicy, intent: buildNetworkPolicy(tickStorm, context) }];
}

/** What stands around the pods. */
export function surroundings(tickStorm: TickStorm, context: BuildContext): Desired[] {
  const names = objectNames(tickStorm.metadata.name);
  return [
    { kind: 'Service', name: names.service, intent: buildService(tickStorm) },
    { kind: 'Service', name: names.headlessService, intent: buildHeadlessService(tickStorm) },
    { kind: 'PodDisruptionBudget', name: names.disruptionBudget, intent: buildDisruptionBudget(tickStorm, context) },
    { kind: 'ServiceMonitor', name: names.serviceMonitor, intent: buildServiceMonitor(tickStorm) },
    { kind: 'PrometheusRule', name: names.alerts, intent: buildPrometheusRule(tickStorm) },
    { kind: 'ConfigMap', name: names.dashboard, intent: buildDashboard(tickStorm) },
    { kind: 'Certificate', name: names.certificate, intent: buildCertificate(tickStorm) },
  ];
}

/** The pods. Their number follows from the one that they had in `seen`: one that was set since by hand is left alone. */
export function workload(tickStorm: TickStorm, context: BuildContext, seen: KubeObject | undefined): Desired {
  return {
    kind: 'Deployment',
    name: objectNames(tickStorm.metadata.name).deployment,
    intent: buildDeployment(tickStorm, context),
    ...(seen !== undefined && { premise: (live) => replicasOf(live) === replicasOf(seen) }),
  };
}

/** What sets the number of pods. */
export function scaler(tickStorm: TickStorm, context: BuildContext): Desired {
  const { autoscaler } = objectNames(tickStorm.metadata.name);
  return { kind: 'HorizontalPodAutoscaler', name: autoscaler, intent: buildAutoscaler(tickStorm, context) };
}
