import type { KubeObject, ManagedFieldsEntry } from './kube-object.ts';
import { appliedFields } from './managed-fields.ts';

/** A node of a field set (fieldsV1): names of fields and list items, down to what is owned. */
type FieldSet = Readonly<Record<string, unknown>>;

/**
 * Parts of an object that are the declaring manager's alone. Metadata is not: others annotate, finalize and label.
 * Neither is what other controllers add beside it, such as the pull secrets of a ServiceAccount.
 */
const PAYLOAD = ['f:spec', 'f:data', 'f:binaryData', 'f:rules', 'f:subjects'] as const;

/** Below `f:spec`: annotations of a pod template are how `kubectl rollout restart` works, so they stay. */
const TEMPLATE = 'f:template';
const TEMPLATE_METADATA = 'f:metadata';

const isSet = (value: unknown): value is FieldSet => value !== null && typeof value === 'object';

function without(set: FieldSet, key: string): FieldSet {
  return Object.fromEntries(Object.entries(set).filter(([name]) => name !== key));
}

/** The part of a spec's field set that nobody but the declaring manager should own. */
function specPayload(spec: FieldSet): FieldSet {
  const template = spec[TEMPLATE];
  if (!isSet(template)) return spec;
  const rest = without(template, TEMPLATE_METADATA);
  return Object.keys(rest).some((key) => key !== '.') ? { ...spec, [TEMPLATE]: rest } : without(spec, TEMPLATE);
}

function payloadOf(entry: ManagedFieldsEntry): FieldSet {
  const fields = isSet(entry.fieldsV1) ? entry.fieldsV1 : {};
  const parts = PAYLOAD.flatMap((key) => {
    const part = fields[key];
    if (!isSet(part)) return [];
    const payload = key === 'f:spec' ? specPayload(part) : part;
    return Object.keys(payload).some((name) => name !== '.') ? [[key, payload] as const] : [];
  });
  return Object.fromEntries(parts);
}

function isForeign(entry: ManagedFieldsEntry, manager: string): boolean {
  return entry.manager !== manager && (entry.subresource ?? '') === '';
}

/** Whether someone other than `manager` has set fields that are `manager`'s alone to set. */
export function hasForeignPayload(object: KubeObject, manager: string): boolean {
  return (object.metadata.managedFields ?? []).some(
    (entry) => isForeign(entry, manager) && Object.keys(payloadOf(entry)).length > 0,
  );
}

function isDeclared(intent: unknown, fields: FieldSet): boolean {
  return Object.entries(fields).some(([key, inner]) => {
    const value = isSet(intent) ? intent[key.replace(/^f:/, '')] : undefined;
    const isLeaf = !isSet(inner) || Object.keys(inner).length === 0;
    return value !== undefined && (isLeaf || isDeclared(value, inner));
  });
}

/**
 * Whether someone other than `manager` has taken what `intent` declares, through a subresource such as `scale`. The
 * values do not tell: they may be those of the intent again.
 */
export function hasLostFields(object: KubeObject, manager: string, intent: unknown): boolean {
  const own = appliedFields(object, manager)?.fieldsV1;
  return (object.metadata.managedFields ?? []).some(
    (entry) =>
      entry.manager !== manager &&
      !isForeign(entry, manager) &&
      isDeclared(intent, subtract(payloadOf(entry), isSet(own) ? own : {})),
  );
}

function merge(a: FieldSet, b: FieldSet): FieldSet {
  const merged: Record<string, unknown> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const known = merged[key];
    merged[key] = isSet(known) && isSet(value) ? merge(known, value) : value;
  }
  return merged;
}

function subtract(a: FieldSet, b: FieldSet): FieldSet {
  const rest = Object.entries(a).flatMap(([key, value]) => {
    const taken = b[key];
    if (!isSet(taken)) return [[key, value] as const];
    const inner = isSet(value) ? subtract(value, taken) : {};
    return Object.keys(inner).length > 0 ? [[key, inner] as const] : [];
  });
  return Object.fromEntries(rest);
}

/**
 * The records (managedFields) after `manager` has taken over what others have set in its payload. The next apply then
 * removes whatever of it is not declared: an apply alone never removes what another manager owns.
 */
export function takenOver(object: KubeObject, manager: string): ManagedFieldsEntry[] {
  const entries = object.metadata.managedFields ?? [];
  const own = appliedFields(object, manager);
  if (own === undefined) return [...entries];
  let fields = isSet(own.fieldsV1) ? own.fieldsV1 : {};
  const others = entries.flatMap((entry) => {
    if (entry === own) return [];
    if (!isForeign(entry, manager)) return [entry];
    const payload = payloadOf(entry);
    fields = merge(fields, payload);
    const rest = subtract(isSet(entry.fieldsV1) ? entry.fieldsV1 : {}, payload);
    return Object.keys(rest).length > 0 ? [{ ...entry, fieldsV1: rest }] : [];
  });
  return [{ ...own, fieldsV1: fields }, ...others];
}
