import type { ManagedFieldsEntry } from '../../runtime/kube-object.ts';
import { FIELD_MANAGER } from '../field-manager.ts';

/** The records of a Deployment of ours after `kubectl scale deployment`. */
export const scaledByKubectl: readonly ManagedFieldsEntry[] = [
  { manager: FIELD_MANAGER, operation: 'Apply', fieldsV1: { 'f:spec': { 'f:selector': {} } } },
  { manager: 'kubectl', operation: 'Update', subresource: 'scale', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
];

/** And after the operator has dealt with it: both own the number. */
export const takenOverFromKubectl: readonly ManagedFieldsEntry[] = [
  {
    manager: FIELD_MANAGER,
    operation: 'Apply',
    fieldsV1: { 'f:spec': { 'f:selector': {}, 'f:replicas': {} } },
  },
  ...scaledByKubectl.slice(1),
];
