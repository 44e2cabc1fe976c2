import { z } from 'zod';
import { API_VERSION, KIND } from './group.ts';
import { tickStormSpec, type TickStormSpec } from './spec.ts';
import { tickStormStatus, type TickStormStatus } from './status.ts';

/** The part of a Kubernetes object's metadata that the operator reads. */
export interface TickStormMeta {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion?: string | undefined;
  readonly generation?: number | undefined;
  readonly deletionTimestamp?: string | undefined;
  readonly finalizers?: readonly string[] | undefined;
  readonly labels?: Record<string, string> | undefined;
  readonly annotations?: Record<string, string> | undefined;
}

/** A TickStorm as the operator works with it: every default filled in. */
export interface TickStorm {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: typeof KIND;
  readonly metadata: TickStormMeta;
  readonly spec: TickStormSpec;
  readonly status: TickStormStatus;
}

const metadata = z.object({
  name: z.string(),
  namespace: z.string(),
  uid: z.string(),
  resourceVersion: z.string().optional(),
  generation: z.int().optional(),
  deletionTimestamp: z.string().optional(),
  finalizers: z.array(z.string()).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

const tickStorm = z.object({ metadata, spec: tickStormSpec, status: tickStormStatus.prefault({}) });

export type ParsedTickStorm =
  { readonly ok: true; readonly value: TickStorm } | { readonly ok: false; readonly problem: string };

/**
 * Reads an object that the API server returned, filling in the defaults that the CRD leaves to the operator. Says
 * what is wrong instead of throwing: a resource stored under an older or newer CRD must not stop the others.
 */
export function parseTickStorm(object: unknown): ParsedTickStorm {
  const result = tickStorm.safeParse(object);
  return result.success
    ? { ok: true, value: { apiVersion: API_VERSION, kind: KIND, ...result.data } }
    : { ok: false, problem: problemText(result.error) };
}

/** Such as `spec.replicas: Too big: expected number to be <=1000`, in one line: conditions and errors have it. */
function problemText({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${z.core.toDotPath(path)}: ${message}`).join('; ');
}
