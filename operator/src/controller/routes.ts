import { MANAGED_BY } from '../builders/labels.ts';
import { objectKey, type KubeObject } from '../runtime/kube-object.ts';
import type { ObjectCache } from '../runtime/object-cache.ts';
import type { ObjectChange } from '../runtime/reflector.ts';
import { trusted } from '../runtime/trusted.ts';
import type { Urgency, WorkQueue } from '../runtime/work-queue.ts';
import { concernsOf } from './concerns.ts';
import { ownerKeys } from './ownership.ts';

/** How soon a TickStorm is looked at because pods of another one in its namespace came or went. */
const NEIGHBOURS_DELAY_MS = 1_000;

export interface RoutesOptions {
  /** Takes keys of TickStorms (`NAMESPACE/NAME`). */
  readonly instances: Pick<WorkQueue, 'add' | 'addAfter'>;
  /** Takes names of namespaces. */
  readonly namespaces: Pick<WorkQueue, 'add'>;
  /** Those that are known, with an index `namespace`; whoever watches them is made with these routes. */
  readonly tickStorms: () => Pick<ObjectCache, 'byIndex' | 'values' | 'keys'>;
  /** Whether every watch has its first list. */
  readonly isSynced: () => boolean;
}

/** How the TickStorms of a namespace are to be looked at. */
interface Enqueuing {
  readonly delayMs?: number;
  readonly urgency?: Urgency;
  /** The key of one that is left out. */
  readonly but?: string;
}

const isManaged = ({ metadata: { labels } }: KubeObject): boolean =>
  labels?.['app.kubernetes.io/managed-by'] === MANAGED_BY;

/** Which change of which kind leads to which keys: what is looked at anew because of it, and how soon. */
export class Routes {
  readonly #options: RoutesOptions;

  constructor(options: RoutesOptions) {
    this.#options = options;
  }

  tickStorm(change: ObjectChange): void {
    const { namespace = '', name } = change.object.metadata;
    const key = objectKey(namespace, name);
    const urgency = this.#urgencyOf(change);
    this.#options.instances.add(key, urgency);
    const { shared, neighbours } = concernsOf(change);
    if (shared) this.#options.namespaces.add(namespace);
    // In the first lists all come anyway.
    if (neighbours && urgency === 'news') this.allIn(namespace, { delayMs: NEIGHBOURS_DELAY_MS, but: key });
  }

  /** Of what a TickStorm owns. */
  owned(change: ObjectChange): void {
    const { object, previous } = change;
    for (const source of previous === undefined ? [object] : [object, previous]) {
      for (const key of ownerKeys(source)) this.#options.instances.add(key, this.#urgencyOf(change));
    }
  }

  pod(change: ObjectChange): void {
    this.owned(change);
    // What it takes of the namespace's quotas the others' arithmetic reckons with; of many at once, once.
    if (change.type === 'added' || change.type === 'deleted')
      this.allIn(change.object.metadata.namespace ?? '', { delayMs: NEIGHBOURS_DELAY_MS });
  }

  /** Of a budget, whoever made it. */
  budget(change: ObjectChange): void {
    this.owned(change);
    // One of others may select our pods, which then have two.
    if (!isManaged(change.object)) this.allIn(change.object.metadata.namespace ?? '', { delayMs: NEIGHBOURS_DELAY_MS });
  }

  /** Zones come and go with nodes: those that need one for each pod reckon anew. */
  node({ type }: ObjectChange): void {
    if (type !== 'added' && type !== 'deleted') return;
    for (const live of this.#options.tickStorms().values()) {
      const spec = trusted<{ readonly scheduling?: { readonly zoneAntiAffinity?: string } } | undefined>(live['spec']);
      if (spec?.scheduling?.zoneAntiAffinity !== 'Required') continue;
      this.#options.instances.addAfter(objectKey(live.metadata.namespace, live.metadata.name), NEIGHBOURS_DELAY_MS);
    }
  }

  /** Of a quota or a limit range, whoever made it. */
  shared(change: ObjectChange): void {
    const { namespace = '' } = change.object.metadata;
    const isNoneOfOurs = this.#options.tickStorms().byIndex('namespace', namespace).length === 0;
    if (isNoneOfOurs && !isManaged(change.object)) return;
    this.#options.namespaces.add(namespace);
    // What the quotas leave decides how the TickStorms are rolled.
    this.allIn(namespace, { urgency: this.#urgencyOf(change) });
  }

  /** To all TickStorms: a kind has been installed. */
  all(): void {
    for (const key of this.#options.tickStorms().keys()) this.#options.instances.add(key);
  }

  /** To the TickStorms of a namespace. */
  allIn(namespace: string, { delayMs = 0, urgency = 'news', but }: Enqueuing = {}): void {
    for (const { metadata } of this.#options.tickStorms().byIndex('namespace', namespace)) {
      const key = objectKey(metadata.namespace, metadata.name);
      if (key === but) continue;
      if (delayMs > 0) this.#options.instances.addAfter(key, delayMs);
      else this.#options.instances.add(key, urgency);
    }
  }

  /** The first lists and resyncs tell nothing new; whatever happens goes before them. */
  #urgencyOf({ type }: ObjectChange): Urgency {
    return type === 'resync' || !this.#options.isSynced() ? 'routine' : 'news';
  }
}
