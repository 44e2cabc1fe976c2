import type { FieldsEntry } from './fake-object.ts';

/** Fields of metadata that belong to nobody. */
const NOBODYS: ReadonlySet<string> = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
]);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const keyOf = (item: unknown): string | undefined => {
  if (!isObject(item)) return undefined;
  const key = ['name', 'type', 'uid'].find((field) => typeof item[field] === 'string');
  return key === undefined ? undefined : `k:${JSON.stringify({ [key]: item[key] })}`;
};

/** The names of an object's fields as the API server writes them down (fieldsV1), near enough to be of the same size. */
function fieldSet(value: unknown): Readonly<Record<string, unknown>> {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => [keyOf(item), { '.': {}, ...fieldSet(item) }] as const);
    return items.every(([key]) => key !== undefined) ? (Object.fromEntries(items) as Record<string, unknown>) : {};
  }
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [`f:${name}`, fieldSet(field)]));
}

/** Who has set the fields of `object`, identity aside. */
export function entryOf(object: Readonly<Record<string, unknown>>, entry: FieldsEntry): FieldsEntry {
  const { apiVersion, kind: _, metadata, ...rest } = object;
  const owned = Object.fromEntries(
    Object.entries(isObject(metadata) ? metadata : {}).filter(([field]) => !NOBODYS.has(field)),
  );
  const fields = fieldSet({ ...(Object.keys(owned).length > 0 && { metadata: owned }), ...rest });
  return {
    ...entry,
    ...{ apiVersion, time: '2026-01-02T03:04:05Z', fieldsType: 'FieldsV1' },
    fieldsV1: fields,
  };
}
