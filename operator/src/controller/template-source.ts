import { createHash } from 'node:crypto';
import { controlsOf } from '../api/v1alpha1/controls.ts';
import { parseTickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { trusted } from '../runtime/trusted.ts';

interface Spec {
  readonly server?: Readonly<Record<string, unknown>>;
}

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

/** What of `spec.server` is in the pods' environment. The rest travels in the ConfigMap, which pods read while they run. */
const SERVER_SOURCES = ['tcpReadBufferSize', 'tcpWriteBufferSize', 'drainSeconds', 'proxyProtocol'] as const;

/**
 * Stands before the digest: how it is made, and of which defaults. The API server fills these in, so that after an
 * upgrade a spec has another digest though nobody has written anything: then the two do not compare.
 */
const VERSION = `1${digestOf(sourcesOf(defaults())).slice(0, 4)}-`;

/**
 * Digest of what pods are made from, as a user has written it: what an operator makes of it is no part of it, so that
 * operators of several versions can compare it.
 */
export function templateSource({ metadata, spec }: KubeObject): string {
  const { restartedAt = '' } = controlsOf(metadata);
  return `${VERSION}${digestOf([sourcesOf(trusted<Spec | undefined>(spec) ?? {}), restartedAt]).slice(0, 10)}`;
}

/** Whether this operator knows what such a digest was made of. */
export function isComparable(source: string | undefined): source is string {
  return source?.startsWith(VERSION) === true;
}

function sourcesOf(spec: Spec): Spec {
  const fields = Object.entries(spec).filter(([field]) => !NO_SOURCES.has(field));
  const server = spec.server && Object.fromEntries(SERVER_SOURCES.map((name) => [name, spec.server?.[name]]));
  return { ...Object.fromEntries(fields), ...(server && { server }) };
}

function defaults(): Spec {
  const parsed = parseTickStorm({ metadata: { name: 'example', namespace: 'example', uid: 'example' }, spec: {} });
  if (!parsed.ok) throw new Error(parsed.problem);
  return { ...parsed.value.spec };
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, byKey)).digest('hex');
}

/** Writes the fields of objects in the order of their names. */
function byKey(_: string, value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value;
}
