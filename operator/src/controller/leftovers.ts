import { objectNames } from '../builders/names.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import type { ReconcileResult } from '../runtime/controller.ts';
import type { Informer } from '../runtime/informer.ts';
import { controllerOf, type KubeObject } from '../runtime/kube-object.ts';
import type { Logger } from '../runtime/logger.ts';
import type { ResourceType } from '../runtime/resource-type.ts';
import { SECRET, TICK_STORM } from './kinds.ts';
import { isTickStorm } from './ownership.ts';

export interface LeftoversOptions {
  readonly client: Pick<ApiClient, 'get' | 'delete' | 'serves'>;
  /** Of the kinds that TickStorms own; each with an index `instance`. */
  readonly owned: readonly Watched[];
  readonly optional: readonly { readonly isAvailable: boolean; readonly informer: Watched }[];
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  readonly logger: Logger;
}

type Watched = Pick<Informer, 'type' | 'cache'>;

interface Leftover {
  readonly type: ResourceType;
  readonly object: KubeObject;
}

/** Time that garbage collection gets; as a rule it takes less than a second. */
const PATIENCE_MS = 30_000;

/**
 * Removes what a deleted TickStorm has left. Garbage collection should have, but never does when its watch was broken
 * while the TickStorm went, as when the API server restarts: for it the owner is still there. What has no owner
 * (deletionPolicy Orphan, `--cascade=orphan`) is kept.
 */
export class Leftovers {
  readonly #options: LeftoversOptions;
  /** By key of the TickStorm: since when something of it has been found. */
  readonly #foundSince = new Map<string, number>();

  constructor(options: LeftoversOptions) {
    this.#options = options;
  }

  /** Looks for what is left of the TickStorm of this key (`NAMESPACE/NAME`), which the cache does not hold any more. */
  async sweep(key: string): Promise<ReconcileResult> {
    const found = this.#find(key);
    if (found.length === 0) {
      this.#foundSince.delete(key);
      return {};
    }
    const nowMs = this.#options.now();
    const sinceMs = this.#foundSince.get(key) ?? nowMs;
    this.#foundSince.set(key, sinceMs);
    const remainingMs = sinceMs + PATIENCE_MS - nowMs;
    if (remainingMs > 0) return { requeueAfterMs: remainingMs };
    // Where the kind itself is not served, nothing tells whether a TickStorm is gone.
    if (!(await this.#options.client.serves(TICK_STORM))) return { requeueAfterMs: PATIENCE_MS };
    await this.#remove(key, found);
    // The watches tell that it is gone; should they not, it is looked at again.
    return { requeueAfterMs: PATIENCE_MS };
  }

  /** Everything of the watched kinds whose controller is a TickStorm of this key. */
  #find(key: string): Leftover[] {
    const { owned, optional } = this.#options;
    const informers = [...owned, ...optional.filter(({ isAvailable }) => isAvailable).map(({ informer }) => informer)];
    return informers.flatMap(({ type, cache }) =>
      cache
        .byIndex('instance', key)
        .filter((object) => object.metadata.deletionTimestamp === undefined && isOf(object, key))
        .map((object) => ({ type, object })),
    );
  }

  async #remove(key: string, found: readonly Leftover[]): Promise<void> {
    const { client, logger } = this.#options;
    const [namespace = '', name = ''] = key.split('/');
    // The cache may be behind.
    const present = await client.get(TICK_STORM, namespace, name);
    const isLeft = ({ object }: Leftover): boolean => controllerOf(object)?.uid !== present?.metadata.uid;
    // Secrets first: they are seen only through the others, which are still there after a failure half-way.
    const left = [...(await this.#secretsOf(key, namespace, name)), ...found].filter(isLeft);
    for (const { type, object } of left) {
      await client.delete(type, namespace, object.metadata.name, object.metadata.uid ?? '');
    }
    if (left.length === 0) return;
    const objects = left.map(({ type, object }) => `${type.kind} ${object.metadata.name}`);
    logger.warn('removed what a deleted TickStorm had left', { key, objects });
  }

  /** The generated Secrets: by name, since they are never listed. */
  async #secretsOf(key: string, namespace: string, name: string): Promise<Leftover[]> {
    const { authSecret, adminSecret } = objectNames(name);
    const left: Leftover[] = [];
    for (const secret of [authSecret, adminSecret]) {
      const object = await this.#options.client.get(SECRET, namespace, secret);
      if (object !== undefined && isOf(object, key)) left.push({ type: SECRET, object });
    }
    return left;
  }
}

/** Whether the object's controller is a TickStorm of this key, whichever. */
function isOf(object: KubeObject, key: string): boolean {
  const controller = controllerOf(object);
  return (
    controller !== undefined && isTickStorm(controller) && `${object.metadata.namespace}/${controller.name}` === key
  );
}
