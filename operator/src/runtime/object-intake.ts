import { objectKey, type KubeObject } from './kube-object.ts';
import type { Logger } from './logger.ts';
import type { ObjectCache, PackedObject } from './object-cache.ts';
import type { ResourceType } from './resource-type.ts';

interface ObjectIntakeOptions {
  readonly cache: Pick<ObjectCache, 'pack'>;
  /** Takes away what nobody reads. */
  readonly transform?: ((object: KubeObject) => KubeObject) | undefined;
  readonly type: ResourceType;
  readonly logger: Logger;
}

/** An object that can be taken into a cache. */
interface Usable {
  readonly object: KubeObject;
  readonly packed: PackedObject;
}

/** Of an object that cannot be taken in, what is known all the same. */
export interface UnusableObject {
  readonly key: string;
  readonly uid: string | undefined;
  readonly content?: never;
}

/** Whether an object could be packed. */
export function isUsable(packed: PackedObject | UnusableObject): packed is PackedObject {
  return packed.content !== undefined;
}

/**
 * Makes of objects what is kept of them. One at which a transform or an index function throws is told of once, at error
 * level, and left out: it must not keep all others of its kind away.
 */
export class ObjectIntake {
  readonly #options: ObjectIntakeOptions;
  /** By key: the state (uid and version) that could not be taken in and has been told of. */
  readonly #told = new Map<string, string>();

  constructor(options: ObjectIntakeOptions) {
    this.#options = options;
  }

  /** @returns undefined when the object cannot be taken in */
  prepare(whole: KubeObject): Usable | undefined {
    const { cache, transform } = this.#options;
    try {
      const object = transform?.(whole) ?? whole;
      return { object, packed: cache.pack(object) };
    } catch (error) {
      this.#tell(whole, error);
      return undefined;
    }
  }

  /** The same for a list, of which nothing else is kept meanwhile. */
  pack(whole: KubeObject): PackedObject | UnusableObject {
    const { namespace, name, uid } = whole.metadata;
    return this.prepare(whole)?.packed ?? { key: objectKey(namespace, name), uid };
  }

  /** Forgets what was told of an object that is gone. */
  forget(key: string): void {
    this.#told.delete(key);
  }

  /** Forgets what was told of all objects but those. */
  forgetUnless(isThere: (key: string) => boolean): void {
    for (const key of this.#told.keys()) if (!isThere(key)) this.forget(key);
  }

  #tell({ metadata }: KubeObject, error: unknown): void {
    const { name, namespace, uid, resourceVersion } = metadata;
    const key = objectKey(namespace, name);
    const state = `${uid} ${resourceVersion}`;
    if (this.#told.get(key) === state) return;
    this.#told.set(key, state);
    const { type, logger } = this.#options;
    const fields = { kind: type.kind, namespace, name, uid, resourceVersion, error: String(error) };
    logger.error('an object cannot be taken in, going on with what was known of it before', fields);
  }
}
