import { GROUP } from '../api/v1alpha1/group.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { FIELD_MANAGER } from './field-manager.ts';
import { OWNED_KINDS } from './kinds.ts';
import { progressOf } from './deployment-progress.ts';

/** Annotation of the Deployment that is changed to make its ReplicaSets try again. */
const RETRY_ANNOTATION = `${GROUP}/retried-at`;
/** Time that a ReplicaSet gets between two attempts. */
export const RETRY_MS: number = 2_000;

/** Whether pods could not be created for want of quota, as far as is known. */
export function isHeldByQuota(deployment: KubeObject): boolean {
  return progressOf(deployment).conditions.some(
    ({ type, status, message }) =>
      type === 'ReplicaFailure' && status === 'True' && message?.includes('exceeded quota') === true,
  );
}

/**
 * Makes ReplicaSets try again as soon as the quota has room. By themselves they back off up to a quarter of an hour
 * (kubernetes#98656). A changed annotation of the Deployment is copied to its ReplicaSets, which then look at once.
 */
export class QuotaRetry {
  readonly #client: Pick<ApiClient, 'mergePatch'>;
  readonly #now: () => number;
  readonly #monotonicNow: () => number;
  readonly #retriedMs = new Map<string, number>();

  /** `monotonicNow` measures the pauses, in milliseconds: the clock may be set meanwhile. */
  constructor(client: Pick<ApiClient, 'mergePatch'>, now: () => number, monotonicNow: () => number) {
    this.#client = client;
    this.#now = now;
    this.#monotonicNow = monotonicNow;
  }

  /** Retries for a Deployment that a quota held and that it has room for now, not more often than every two seconds. */
  async retry(deployment: KubeObject): Promise<void> {
    const { uid = '', namespace = '', name } = deployment.metadata;
    const nowMs = this.#monotonicNow();
    if (nowMs - (this.#retriedMs.get(uid) ?? Number.NEGATIVE_INFINITY) < RETRY_MS) return;
    this.#retriedMs.set(uid, nowMs);
    const annotations = { [RETRY_ANNOTATION]: new Date(this.#now()).toISOString() };
    const options = { fieldManager: FIELD_MANAGER };
    await this.#client.mergePatch(OWNED_KINDS.Deployment, namespace, name, { metadata: { annotations } }, options);
  }

  forget(uid: string): void {
    this.#retriedMs.delete(uid);
  }
}
