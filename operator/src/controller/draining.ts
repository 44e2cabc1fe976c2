import { GROUP } from '../api/v1alpha1/group.ts';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { objectNames } from '../builders/names.ts';
import { gracePeriodSeconds } from '../builders/pod-template.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { hasStatus, isStaleWrite } from '../runtime/api-error.ts';
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
  readonly client: Pick<ApiClient, 'apply' | 'mergePatch' | 'delete'>;
  readonly keeper: Pick<ObjectKeeper, 'find'>;
  readonly tickStorms: Pick<Informer, 'observe'>;
  /** With an index `instance`. */
  readonly pods: Cached;
  /** Unix milliseconds: the deadline counts from a time that the API server gave. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicNow: () => number;
  /** Whether a deleted namespace takes the operator's rights in it, or the operator itself, away with it. */
  readonly losesRights: (namespace: string) => boolean;
}

/**
 * Whether an operator of these namespaces (none: all) that runs in that one may lose its rights with a namespace: a Role
 * goes with it, in an order that nobody promises, and so does an operator in it.
 */
export function losesRights(
  { namespaces, operatorNamespace }: { readonly namespaces: readonly string[]; readonly operatorNamespace: string },
  namespace: string,
): boolean {
  return namespaces.length > 0 || namespace === operatorNamespace;
}

/** How soon to look again where the API server has a newer TickStorm than the cache. */
const CONFLICT_RECHECK_MS = 1_000;

/**
 * Carries out `deletionPolicy: Drain`: garbage collection alone would take the Services away at once. Under the other
 * policies no TickStorm has the finalizer, so that its deletion needs no operator; and none has it where the deletion of
 * its namespace would take away the right to remove it, which would hold the namespace for ever.
 */
export class Draining {
  readonly #options: DrainingOptions;
  /** By uid of a deleted TickStorm: when it was first seen so, by the clock that never goes back. */
  readonly #seenMs = new Map<string, number>();

  constructor(options: DrainingOptions) {
    this.#options = options;
  }

  forget(uid: string): void {
    this.#seenMs.delete(uid);
  }

  /** Whether the TickStorm's policy is Drain, and it will go without because nothing may hold it. */
  isGivenUp({ metadata, spec }: TickStorm): boolean {
    return spec.deletionPolicy === 'Drain' && this.#options.losesRights(metadata.namespace);
  }

  /** Puts the finalizer on, or takes it off again when the policy has changed. */
  async claim(tickStorm: TickStorm): Promise<void> {
    const isWanted = tickStorm.spec.deletionPolicy === 'Drain' && !this.isGivenUp(tickStorm);
    const isHeld = hasFinalizer(tickStorm.metadata);
    if (isWanted && !isHeld) await this.#hold(tickStorm.metadata);
    if (!isWanted && isHeld) await this.#release(tickStorm.metadata);
  }

  /** Goes on with the deletion of a TickStorm. Does nothing for one that is not ours to drain. */
  async proceed(live: KubeObject): Promise<ReconcileResult> {
    if (!hasFinalizer(live.metadata)) return {};
    const parsed = parseTickStorm(live);
    // A spec that this version cannot read must not hold the deletion up.
    const remainingMs = parsed.ok ? await this.#drain(parsed.value) : 0;
    if (remainingMs > 0) return { requeueAfterMs: remainingMs };
    return (await this.#release(live.metadata)) ? {} : { requeueAfterMs: CONFLICT_RECHECK_MS };
  }

  /** Lets the pods go. @returns how long they may still take; 0 when they are gone or late */
  async #drain(tickStorm: TickStorm): Promise<number> {
    const { client, keeper, pods } = this.#options;
    const { name, namespace } = tickStorm.metadata;
    if (tickStorm.spec.deletionPolicy !== 'Drain' || this.isGivenUp(tickStorm)) return 0;
    const remainingMs = this.#remainingMs(tickStorm);
    const deployment = keeper.find(tickStorm, 'Deployment', objectNames(name).deployment);
    const uid = deployment?.metadata.uid;
    if (uid !== undefined) await client.delete(OWNED_KINDS.Deployment, namespace, name, uid);
    const isGone = uid === undefined && pods.cache.byIndex('instance', objectKey(namespace, name)).length === 0;
    return isGone ? 0 : Math.max(remainingMs, 0);
  }

  /**
   * Time until the deadline, by whichever clock it comes first: the wall clock may be behind by hours, and the deletion,
   * and with it that of a namespace, would wait for so long.
   */
  #remainingMs(tickStorm: TickStorm): number {
    const { now, monotonicNow } = this.#options;
    const { uid, deletionTimestamp = '' } = tickStorm.metadata;
    const seconds = tickStorm.spec.deletionDeadlineSeconds ?? gracePeriodSeconds(tickStorm) + MARGIN_SECONDS;
    const seenMs = this.#seenMs.get(uid) ?? monotonicNow();
    this.#seenMs.set(uid, seenMs);
    return Math.min(Date.parse(deletionTimestamp) - now(), seenMs - monotonicNow()) + seconds * 1_000;
  }

  async #hold({ name, namespace = '', uid }: Held): Promise<void> {
    const { apiVersion, kind } = TICK_STORM;
    // The uid makes sure that nothing is created where the TickStorm has gone meanwhile.
    const body = { apiVersion, kind, metadata: { name, namespace, uid, finalizers: [DRAIN_FINALIZER] } };
    const options = { fieldManager: FIELD_MANAGER, force: true };
    await this.#write((client) => client.apply(TICK_STORM, namespace, name, body, options));
  }

  /**
   * Takes the finalizer off, whoever put it there: an apply without it leaves it to its other owners, as after
   * `kubectl create` of what `kubectl get --output=yaml` gave.
   *
   * @returns false when the TickStorm has changed since it was read, so that it must be looked at again
   */
  async #release({ name, namespace = '', uid, resourceVersion, finalizers = [] }: Held): Promise<boolean> {
    const others = finalizers.filter((finalizer) => finalizer !== DRAIN_FINALIZER);
    const body = { metadata: { uid, resourceVersion, finalizers: others } };
    return await this.#write((client) =>
      client.mergePatch(TICK_STORM, namespace, name, body, { fieldManager: FIELD_MANAGER }),
    );
  }

  /** @returns false when the TickStorm has changed, is being deleted, or is another one by now; the watch tells of each */
  async #write(write: (client: DrainingOptions['client']) => Promise<KubeObject>): Promise<boolean> {
    try {
      this.#options.tickStorms.observe(await write(this.#options.client));
      return true;
    } catch (error) {
      if (hasStatus(error, 404)) return true;
      if (isStaleWrite(error) || isLeaving(error)) return false;
      throw error;
    }
  }
}

/** What of a TickStorm's metadata its finalizer needs. */
interface Held {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string | undefined;
  readonly finalizers?: readonly string[] | undefined;
}

/** Whether the finalizer was refused since the TickStorm is being deleted: another one holds it, as in the foreground. */
const isLeaving = (error: unknown): boolean => hasStatus(error, 422) && error.fields.includes('metadata.finalizers');

const hasFinalizer = ({ finalizers }: { readonly finalizers?: readonly string[] | undefined }): boolean =>
  finalizers?.includes(DRAIN_FINALIZER) === true;
