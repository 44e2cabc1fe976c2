import { GROUP } from '../api/v1alpha1/group.ts';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { objectNames } from '../builders/names.ts';
import { gracePeriodSeconds } from '../builders/pod-template.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { hasStatus } from '../runtime/api-error.ts';
import type { ReconcileResult } from '../runtime/controller.ts';
import type { Informer } from '../runtime/informer.ts';
import { objectKey, type KubeObject } from '../runtime/kube-object.ts';
import { FIELD_MANAGER } from './field-manager.ts';
import { OWNED_KINDS, TICK_STORM } from './kinds.ts';
import type { Cached } from './namespace-views.ts';
import type { ObjectKeeper } from './object-keeper.ts';

/** Holds a deleted TickStorm, and with it its Services, until its pods have drained. */
export const DRAIN_FINALIZER = `${GROUP}/drain`;
/** What pods get beyond their grace period before the deletion goes on without them. */
const MARGIN_SECONDS = 30;

export interface DrainingOptions {
  readonly client: Pick<ApiClient, 'apply' | 'delete'>;
  readonly keeper: Pick<ObjectKeeper, 'find'>;
  readonly tickStorms: Pick<Informer, 'observe'>;
  /** With an index `instance`. */
  readonly pods: Cached;
  /** Unix milliseconds: the deadline counts from a time that the API server gave. */
  readonly now: () => number;
}

/**
 * Carries out `deletionPolicy: Drain`: garbage collection alone would take the Services away at once. Under the other
 * policies no TickStorm has the finalizer, so that its deletion needs no operator.
 */
export class Draining {
  readonly #options: DrainingOptions;

  constructor(options: DrainingOptions) {
    this.#options = options;
  }

  /** Puts the finalizer on, or takes it off again when the policy has changed. */
  async claim({ metadata, spec }: TickStorm): Promise<void> {
    const isWanted = spec.deletionPolicy === 'Drain';
    if (isWanted !== hasFinalizer(metadata)) await this.#apply(metadata, isWanted ? [DRAIN_FINALIZER] : []);
  }

  /** Goes on with the deletion of a TickStorm. Does nothing for one that is not ours to drain. */
  async proceed(live: KubeObject): Promise<ReconcileResult> {
    if (!hasFinalizer(live.metadata)) return {};
    const parsed = parseTickStorm(live);
    // A spec that this version cannot read must not hold the deletion up.
    const remainingMs = parsed.ok ? await this.#drain(parsed.value) : 0;
    if (remainingMs > 0) return { requeueAfterMs: remainingMs };
    await this.#apply(live.metadata, []);
    return {};
  }

  /** Lets the pods go. @returns how long they may still take; 0 when they are gone or late */
  async #drain(tickStorm: TickStorm): Promise<number> {
    const { client, keeper, pods, now } = this.#options;
    const { name, namespace, deletionTimestamp = '' } = tickStorm.metadata;
    const { deletionPolicy, deletionDeadlineSeconds } = tickStorm.spec;
    if (deletionPolicy !== 'Drain') return 0;
    const seconds = deletionDeadlineSeconds ?? gracePeriodSeconds(tickStorm) + MARGIN_SECONDS;
    const remainingMs = Date.parse(deletionTimestamp) + seconds * 1_000 - now();
    const deployment = keeper.find(tickStorm, 'Deployment', objectNames(name).deployment);
    const uid = deployment?.metadata.uid;
    if (uid !== undefined) await client.delete(OWNED_KINDS.Deployment, namespace, name, uid);
    const isGone = uid === undefined && pods.cache.byIndex('instance', objectKey(namespace, name)).length === 0;
    return isGone ? 0 : Math.max(remainingMs, 0);
  }

  async #apply(
    { name, namespace = '', uid }: Pick<KubeObject['metadata'], 'name' | 'namespace' | 'uid'>,
    finalizers: readonly string[],
  ): Promise<void> {
    const { apiVersion, kind } = TICK_STORM;
    // The uid makes sure that nothing is created where the TickStorm has gone meanwhile.
    const body = { apiVersion, kind, metadata: { name, namespace, uid, finalizers } };
    try {
      const options = { fieldManager: FIELD_MANAGER, force: true };
      this.#options.tickStorms.observe(await this.#options.client.apply(TICK_STORM, namespace, name, body, options));
    } catch (error) {
      // Gone meanwhile, or another one by now.
      if (!hasStatus(error, 404) && !hasStatus(error, 409)) throw error;
    }
  }
}

const hasFinalizer = ({ finalizers }: { readonly finalizers?: readonly string[] | undefined }): boolean =>
  finalizers?.includes(DRAIN_FINALIZER) === true;
