import { DIGEST_ANNOTATION, FIELD_MANAGER } from '../controller/field-manager.ts';
import type { AppliedObject } from '../builders/object.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { ApiError } from '../runtime/api-error.ts';
import { isAboutAsking } from './failure-text.ts';
import type { Ownership } from '../runtime/applier.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import type { ResourceType } from '../runtime/resource-type.ts';
import { diffObjects } from './object-diff.ts';
import type { Preview } from './preview.ts';

export interface PreviewQuestion {
  readonly type: ResourceType;
  readonly namespace: string;
  readonly name: string;
  /** Undefined: the object is not wanted, and goes if it is the operator's. */
  readonly intent: AppliedObject | undefined;
  readonly ownership: (live: KubeObject) => Ownership;
}

/**
 * What the operator would do to one object; undefined when it neither is there nor is to be.
 *
 * @throws {ApiError} when it cannot be asked; what the API server refuses of the object is an answer
 */
export async function previewObject(
  client: Pick<ApiClient, 'get' | 'apply'>,
  { type, namespace, name, intent, ownership }: PreviewQuestion,
): Promise<Preview | undefined> {
  const object = `${type.kind} ${namespace}/${name}`;
  const live = await client.get(type, namespace, name);
  const owner = live === undefined ? undefined : ownership(live);
  if (intent === undefined) return owner === 'ours' ? { object, change: 'removed' } : undefined;
  if (owner === 'foreign') {
    const detail = 'exists and belongs to someone else, so it would be left as it is (ResourceConflict)';
    return { object, change: 'blocked', detail, problem: 'ResourceConflict' };
  }
  if (owner === 'leaving') {
    const detail = 'once that of an earlier TickStorm is deleted';
    return { object, change: 'created', detail, problem: 'WaitingForDeletion' };
  }
  // Left out, the digest would be a field that the operator gives up.
  const digest = live?.metadata.annotations?.[DIGEST_ANNOTATION];
  const annotations = {
    ...intent.metadata.annotations,
    ...(digest !== undefined && { [DIGEST_ANNOTATION]: digest }),
  };
  const body = { ...intent, metadata: { ...intent.metadata, annotations } };
  const options = { fieldManager: FIELD_MANAGER, force: live !== undefined, dryRun: true };
  try {
    const next = await client.apply(type, namespace, name, body, options);
    if (live === undefined) return { object, change: 'created' };
    const fields = diffObjects(live, next);
    return fields.length === 0 ? { object, change: 'none' } : { object, change: 'changed', fields };
  } catch (error) {
    if (!(error instanceof ApiError) || isAboutAsking(error)) throw error;
    // The Role is made right before it, which a dry run does not do; the namespace is there.
    if (type.kind === 'RoleBinding' && error.status === 404) return { object, change: 'created' };
    return { object, change: 'blocked', detail: error.message, problem: 'ApplyFailed' };
  }
}
