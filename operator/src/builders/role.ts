import type { V1PolicyRule } from '@kubernetes/client-node';
import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { ownedMetadata } from './metadata.ts';
import { objectNames } from './names.ts';
import type { AppliedObject } from './object.ts';

/** What the pods' identity may do: read its own configuration and nothing else. The operator holds these verbs too. */
export function buildRole(tickStorm: TickStorm): AppliedObject {
  const names = objectNames(tickStorm.metadata.name);
  const rules: V1PolicyRule[] = [
    { apiGroups: [''], resources: ['configmaps'], resourceNames: [names.configMap], verbs: ['get', 'watch'] },
  ];
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: ownedMetadata(tickStorm, names.role),
    rules,
  };
}
