import type { RbacV1Subject, V1RoleRef } from '@kubernetes/client-node';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { ownedMetadata } from './metadata.ts';
import { objectNames } from './names.ts';
import type { AppliedObject } from './object.ts';

/** Gives the Role to the pods' ServiceAccount. */
export function buildRoleBinding(tickStorm: TickStorm): AppliedObject {
  const names = objectNames(tickStorm.metadata.name);
  const roleRef: V1RoleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: names.role };
  const subjects: RbacV1Subject[] = [
    { kind: 'ServiceAccount', name: names.serviceAccount, namespace: tickStorm.metadata.namespace },
  ];
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: ownedMetadata(tickStorm, names.roleBinding),
    roleRef,
    subjects,
  };
}
