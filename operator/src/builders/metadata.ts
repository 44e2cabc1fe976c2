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

/** Metadata of an object that goes with its TickStorm in any case. */
export function boundMetadata(tickStorm: TickStorm, name: string): AppliedMetadata {
  return { ...keptMetadata(tickStorm, name), ownerReferences: [controllerReference(tickStorm)] };
}

/** Metadata of an object of a TickStorm; with deletionPolicy Orphan it outlives it. */
export function ownedMetadata(tickStorm: TickStorm, name: string): AppliedMetadata {
  const isKept = tickStorm.spec.deletionPolicy === 'Orphan';
  return isKept ? keptMetadata(tickStorm, name) : boundMetadata(tickStorm, name);
}

function keptMetadata({ metadata }: TickStorm, name: string): AppliedMetadata {
  return { name, namespace: metadata.namespace, labels: objectLabels(metadata.name) };
}
