import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { objectLabels } from './labels.ts';
import type { AppliedMetadata, OwnerReference } from './object.ts';

/**
 * The reference by which deleting the TickStorm deletes the object. As controller it also says that no one else may
 * claim the object.
 */
function controllerReference(tickStorm: TickStorm): OwnerReference {
  const { name, uid } = tickStorm.metadata;
  const { apiVersion, kind } = tickStorm;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** Metadata of an object that one TickStorm owns. */
export function ownedMetadata(tickStorm: TickStorm, name: string): AppliedMetadata {
  return {
    name,
    namespace: tickStorm.metadata.namespace,
    labels: objectLabels(tickStorm.metadata.name),
    ownerReferences: [controllerReference(tickStorm)],
  };
}
