import { isDeepStrictEqual } from 'node:util';
import { DIGEST_ANNOTATION } from '../controller/field-manager.ts';
import { TEMPLATE_ANNOTATIONS } from '../controller/template-record.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';
import { LAST_APPLIED_ANNOTATION } from './merge-patch.ts';

/** One field that differs. Undefined: it is not there. */
export interface FieldChange {
  /** Such as `spec.template.spec.containers[tick-storm].env[WORKERS].value`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

type Json = Readonly<Record<string, unknown>>;

/** Annotations that tell what was applied, and so change with everything else. */
const BOOKKEEPING: ReadonlySet<string> = new Set([DIGEST_ANNOTATION, LAST_APPLIED_ANNOTATION, ...TEMPLATE_ANNOTATIONS]);
/** Fields that tell items of a list apart, where it is a list of maps; in the order of preference. */
const KEYS = ['name', 'type', 'mountPath', 'topologyKey', 'ip', 'uid'] as const;

const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields in which an object differs, what the API server keeps for itself and the status left out. */
export function diffObjects(before: KubeObject, after: KubeObject): FieldChange[] {
  return diffValues(declared(before), declared(after), '');
}

/** The part of an object that somebody decides. */
function declared(object: KubeObject): Json {
  const { metadata, status: _, ...rest } = object;
  const { labels, ownerReferences, finalizers } = trusted<Json>(metadata);
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([name]) => !BOOKKEEPING.has(name));
  return {
    ...rest,
    metadata: { labels, annotations: Object.fromEntries(annotations), ownerReferences, finalizers },
  };
}

function diffValues(before: unknown, after: unknown, path: string): FieldChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isMap(before) && isMap(after)) return diffMaps(before, after, path);
  if (Array.isArray(before) && Array.isArray(after)) return diffLists(before, after, path);
  if (typeof before === 'string' && typeof after === 'string') {
    // A configuration file in a ConfigMap is read as what it is.
    const [old, next] = [parsedMap(before), parsedMap(after)];
    const changes = old !== undefined && next !== undefined ? diffMaps(old, next, path) : [];
    if (changes.length > 0) return changes;
  }
  return [{ path, before, after }];
}

function diffMaps(before: Json, after: Json, path: string): FieldChange[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => diffValues(before[name], after[name], path + step(name, path === '')));
}

/** Items of a list of maps are matched by what tells them apart; other lists are compared as a whole. */
function diffLists(before: readonly unknown[], after: readonly unknown[], path: string): FieldChange[] {
  const key = KEYS.find((name) => isKeyOf(name, before) && isKeyOf(name, after));
  if (key === undefined) return [{ path, before, after }];
  const byKey = (items: readonly unknown[]): Map<string, unknown> =>
    new Map(items.map((item) => [String(trusted<Json>(item)[key]), item]));
  const [old, next] = [byKey(before), byKey(after)];
  const changes = [...new Set([...old.keys(), ...next.keys()])].flatMap((name) =>
    diffValues(old.get(name), next.get(name), `${path}[${name}]`),
  );
  // The same items in another order.
  return changes.length > 0 ? changes : [{ path, before, after }];
}

/** Whether the field is there in every item, and no two have the same. */
function isKeyOf(name: string, items: readonly unknown[]): boolean {
  const values = items.map((item) => (isMap(item) ? item[name] : undefined));
  return values.every((value) => typeof value === 'string') && new Set(values).size === values.length;
}

function parsedMap(text: string): Json | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isMap(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function step(name: string, isFirst: boolean): string {
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) return `[${JSON.stringify(name)}]`;
  return isFirst ? name : `.${name}`;
}
