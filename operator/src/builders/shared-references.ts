import type { TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { OwnerReference } from './object.ts';

/**
 * References to all TickStorms that share an object, in a stable order, none of them its controller: garbage
 * collection takes the object away with the last of them.
 */
export function sharedReferences(tickStorms: readonly TickStorm[]): OwnerReference[] {
  return tickStorms
    .map(({ apiVersion, kind, metadata: { name, uid } }) => ({ apiVersion, kind, name, uid }))
    .toSorted((a, b) => (a.uid < b.uid ? -1 : 1));
}
