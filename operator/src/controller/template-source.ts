import { createHash } from 'node:crypto';
import { controlsOf } from '../api/v1alpha1/controls.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';

/** Stands before the digest. Another one belongs before one that is made of other fields or in another way. */
const VERSION = '1-';

/** Fields of the spec that pods are not made from: an object of its own follows from each. */
const NO_SOURCES: ReadonlySet<string> = new Set([
  'replicas',
  'autoscaling',
  'disruption',
  'quota',
  'limitRange',
  'service',
  'networkPolicy',
  'monitoring',
  'deletionPolicy',
  'deletionDeadlineSeconds',
]);

/**
 * Digest of what pods are made from, as a user has written it: what an operator makes of it is no part of it, so that
 * operators of several versions can compare it.
 */
export function templateSource({ metadata, spec }: KubeObject): string {
  const fields = Object.entries(trusted<object | undefined>(spec) ?? {}).filter(([field]) => !NO_SOURCES.has(field));
  const { restartedAt = '' } = controlsOf(metadata);
  const json = JSON.stringify([Object.fromEntries(fields), restartedAt], byKey);
  return `${VERSION}${createHash('sha256').update(json).digest('hex').slice(0, 10)}`;
}

/** Whether this operator knows what such a digest was made of. */
export function isComparable(source: string | undefined): source is string {
  return source?.startsWith(VERSION) === true;
}

/** Writes the fields of objects in the order of their names. */
function byKey(_: string, value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value;
}
