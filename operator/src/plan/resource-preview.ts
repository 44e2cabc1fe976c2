import { TICK_STORM } from '../controller/kinds.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { appliedFields } from '../runtime/managed-fields.ts';
import { trusted } from '../runtime/trusted.ts';
import type { Manifest } from './manifests.ts';
import { applyPatch, LAST_APPLIED_ANNOTATION } from './merge-patch.ts';

/** Under which `kubectl apply` writes, client-side and with --server-side. */
const CLIENT_SIDE_MANAGER = 'kubectl-client-side-apply';
const SERVER_SIDE_MANAGER = 'kubectl';

export interface TriedOut {
  readonly live: KubeObject | undefined;
  /** The object as it would be, defaults filled in. */
  readonly next: KubeObject;
}

function lastApplied(live: KubeObject): unknown {
  try {
    return JSON.parse(live.metadata.annotations?.[LAST_APPLIED_ANNOTATION] ?? '{}');
  } catch {
    return {};
  }
}

/**
 * Tries out applying a manifest as kubectl would: by server-side apply when that made the object or there is none
 * yet, else by its three-way patch. @throws {ApiError} when the API server refuses it
 */
export async function tryOut(
  client: Pick<ApiClient, 'get' | 'apply' | 'mergePatch'>,
  manifest: Manifest,
  namespace: string,
): Promise<TriedOut> {
  const { name } = manifest.metadata;
  const { status: _, ...declared } = manifest;
  const body = { ...declared, metadata: { ...manifest.metadata, namespace } };
  const live = await client.get(TICK_STORM, namespace, name);
  const tried = { dryRun: true, strict: true };
  const isServerSide = live === undefined || appliedFields(live, SERVER_SIDE_MANAGER) !== undefined;
  const next = isServerSide
    ? await client.apply(TICK_STORM, namespace, name, body, {
        ...tried,
        fieldManager: SERVER_SIDE_MANAGER,
        force: true,
      })
    : await client.mergePatch(TICK_STORM, namespace, name, applyPatch(trusted(lastApplied(live)), body), {
        ...tried,
        fieldManager: CLIENT_SIDE_MANAGER,
      });
  return { live, next };
}
