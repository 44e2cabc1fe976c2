import { GROUP } from '../api/v1alpha1/group.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { hasStatus } from '../runtime/api-error.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { FIELD_MANAGER } from './field-manager.ts';
import { OWNED_KINDS } from './kinds.ts';
import { progressOf } from './deployment-progress.ts';

/** Annotation of the Deployment that is changed to make its ReplicaSets try again. */
const RETRY_ANNOTATION = `${GROUP}/retried-at`;
/** Time that a ReplicaSet gets between the first two attempts; twice as much between any further two. */
export const RETRY_MS: number = 2_000;
/** The most that it becomes: what is in the way is not in the quotas that are seen. */
const LONGEST_RETRY_MS = 5 * 60_000;

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
  /** By uid: when the last attempt was, and how many in a row there have been that did not help. */
  readonly #retries = new Map<string, { readonly atMs: number; readonly inVain: number }>();

  /** `monotonicNow` measures the pauses, in milliseconds: the clock may be set meanwhile. */
  constructor(client: Pick<ApiClient, 'mergePatch'>, now: () => number, monotonicNow: () => number) {
    this.#client = client;
    this.#now = now;
    this.#monotonicNow = monotonicNow;
  }

  /**
   * Retries for a Deployment that a quota held and that it has room for now: after two seconds again, and ever more
   * rarely while that does not help. One that has changed meanwhile, or gone, is left to the next look, which the watch
   * brings.
   * @returns milliseconds until the next attempt
   */
  async retry(deployment: KubeObject): Promise<number> {
    const { uid = '', namespace = '', name, resourceVersion } = deployment.metadata;
    const nowMs = this.#monotonicNow();
    const last = this.#retries.get(uid);
    const waitMs = last === undefined ? 0 : last.atMs + pauseAfter(last.inVain) - nowMs;
    if (waitMs > 0) return waitMs;
    const inVain = last === undefined ? 0 : last.inVain + 1;
    this.#retries.set(uid, { atMs: nowMs, inVain });
    const annotations = { [RETRY_ANNOTATION]: new Date(this.#now()).toISOString() };
    // The version has the API server refuse (409) to touch another Deployment that has its name by now.
    const body = { metadata: { uid, resourceVersion, annotations } };
    try {
      await this.#client.mergePatch(OWNED_KINDS.Deployment, namespace, name, body, { fieldManager: FIELD_MANAGER });
    } catch (error) {
      if (!hasStatus(error, 404) && !hasStatus(error, 409)) throw error;
      // That was no attempt.
      if (last === undefined) this.#retries.delete(uid);
      else this.#retries.set(uid, last);
      return RETRY_MS;
    }
    return pauseAfter(inVain);
  }

  /** No quota holds this Deployment, or one is full: the next attempt is a first one again. */
  relax(uid: string): void {
    const last = this.#retries.get(uid);
    if (last !== undefined) this.#retries.set(uid, { atMs: last.atMs, inVain: -1 });
  }

  forget(uid: string): void {
    this.#retries.delete(uid);
  }
}

/** Milliseconds from an attempt to the next one, when so many before it have not helped. */
const pauseAfter = (inVain: number): number => Math.min(RETRY_MS * 2 ** Math.max(inVain, 0), LONGEST_RETRY_MS);
