import type { KubeObject, ManagedFieldsEntry } from './kube-object.ts';

/** The record of what `manager` has set by server-side apply, subresources aside; undefined when it has set nothing. */
export function appliedFields(object: KubeObject, manager: string): ManagedFieldsEntry | undefined {
  return object.metadata.managedFields?.find(
    (entry) => entry.manager === manager && entry.operation === 'Apply' && (entry.subresource ?? '') === '',
  );
}

/** Whether `manager` has set anything of the object, by whatever operation, subresources aside. */
export function hasFieldsOf(object: KubeObject, manager: string): boolean {
  return (
    object.metadata.managedFields?.some((entry) => entry.manager === manager && (entry.subresource ?? '') === '') ===
    true
  );
}

/** The manager other than `manager` that changed the object last, as far as the records tell (not its status). */
export function lastOtherManager(object: KubeObject, manager: string): string | undefined {
  return (object.metadata.managedFields ?? [])
    .filter((entry) => entry.manager !== manager && entry.subresource !== 'status')
    .toSorted((a, b) => ((a.time ?? '') < (b.time ?? '') ? 1 : -1))[0]?.manager;
}

/** The object without the records of who set which fields, which are half of many objects: for kinds that are only read. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
