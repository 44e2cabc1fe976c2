/** The objects of a TickStorm, each from a pure function. */
export { buildAdminSecret } from './admin-secret.ts';
export { buildAuthSecret } from './auth-secret.ts';
export { buildAutoscaler } from './autoscaler.ts';
export type { BuildContext } from './build-context.ts';
export { buildConfigMap } from './config-map.ts';
export { buildDeployment } from './deployment.ts';
export { buildDisruptionBudget } from './disruption-budget.ts';
export { buildNetworkPolicy } from './network-policy.ts';
export type { AppliedObject } from './object.ts';
export { buildRoleBinding } from './role-binding.ts';
export { buildRole } from './role.ts';
export { buildServiceAccount } from './service-account.ts';
export { buildHeadlessService, buildService } from './service.ts';
export { buildSharedLimits } from './shared-limits.ts';
export { buildSharedQuota } from './shared-quota.ts';
