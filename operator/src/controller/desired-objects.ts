import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { BuildContext } from '../builders/build-context.ts';
import { buildConfigMap } from '../builders/config-map.ts';
import { buildDeployment } from '../builders/deployment.ts';
import { buildDisruptionBudget } from '../builders/disruption-budget.ts';
import type { AppliedObject } from '../builders/object.ts';
import { buildRoleBinding } from '../builders/role-binding.ts';
import { buildRole } from '../builders/role.ts';
import { buildServiceAccount } from '../builders/service-account.ts';
import { buildHeadlessService, buildService } from '../builders/service.ts';
import type { OwnedKind } from './kinds.ts';

/** One object as it is to be. */
export interface Desired {
  readonly kind: OwnedKind;
  readonly intent: AppliedObject;
}

/** Everything that a TickStorm always has, in the order in which it is made: what pods refer to before the pods. */
export function desiredObjects(tickStorm: TickStorm, context: BuildContext): Desired[] {
  return [
    { kind: 'ServiceAccount', intent: buildServiceAccount(tickStorm) },
    { kind: 'Role', intent: buildRole(tickStorm) },
    { kind: 'RoleBinding', intent: buildRoleBinding(tickStorm) },
    { kind: 'ConfigMap', intent: buildConfigMap(tickStorm) },
    { kind: 'Service', intent: buildService(tickStorm) },
    { kind: 'Service', intent: buildHeadlessService(tickStorm) },
    { kind: 'PodDisruptionBudget', intent: buildDisruptionBudget(tickStorm) },
    { kind: 'Deployment', intent: buildDeployment(tickStorm, context) },
  ];
}
