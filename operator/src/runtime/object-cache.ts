import { isNewerVersion, objectKey, type KubeObject } from './kube-object.ts';

/** Values under which an object is found in an index. */
export type IndexFunction = (object: KubeObject) => readonly string[];

/**
 * The last known state of all objects of one kind, with indexes. Writers are the reflector (lists and watches) and
 * whoever has just written an object and holds the newer answer.
 */
export class ObjectCache {
  readonly #objects = new Map<string, KubeObject>();
  readonly #indexers: ReadonlyMap<string, IndexFunction>;
  readonly #indexes = new Map<string, Map<string, Set<string>>>();

  constructor(indexers: Readonly<Record<string, IndexFunction>> = {}) {
    this.#indexers = new Map(Object.entries(indexers));
    for (const name of this.#indexers.keys()) this.#indexes.set(name, new Map());
  }

  get size(): number {
    return this.#objects.size;
  }

  get(namespace: string, name: string): KubeObject | undefined {
    return this.#objects.get(objectKey(namespace, name));
  }

  /** All objects, as they are now: the cache may change while they are gone through. */
  values(): KubeObject[] {
    return [...this.#objects.values()];
  }

  keys(): IterableIterator<string> {
    return this.#objects.keys();
  }

  getByKey(key: string): KubeObject | undefined {
    return this.#objects.get(key);
  }

  /** Objects that the named index holds under `value`. @throws {RangeError} when the cache has no such index */
  byIndex(index: string, value: string): KubeObject[] {
    const keysByValue = this.#indexes.get(index);
    if (keysByValue === undefined) throw new RangeError(`the cache has no index "${index}"`);
    const keys = keysByValue.get(value) ?? new Set<string>();
    return [...keys].map((key) => this.#objects.get(key)!);
  }

  /**
   * Takes over a state of an object unless a newer one of the same object is known.
   * @param isForced take it over even if it is older
   * @returns whether it was taken over
   */
  upsert(object: KubeObject, isForced = false): boolean {
    const key = objectKey(object.metadata.namespace, object.metadata.name);
    const known = this.#objects.get(key);
    const isSame = known !== undefined && known.metadata.uid === object.metadata.uid;
    const version = known?.metadata.resourceVersion;
    const isNews = isForced ? object.metadata.resourceVersion !== version : isNewer(object, version);
    if (isSame && !isNews) return false;
    if (known !== undefined) this.#unindex(key, known);
    this.#objects.set(key, object);
    this.#index(key, object);
    return true;
  }

  /**
   * Forgets an object, unless another one has taken its name since.
   * @returns whether it was known
   */
  remove(object: KubeObject): boolean {
    const key = objectKey(object.metadata.namespace, object.metadata.name);
    const known = this.#objects.get(key);
    if (known === undefined || known.metadata.uid !== object.metadata.uid) return false;
    this.#unindex(key, known);
    this.#objects.delete(key);
    return true;
  }

  #index(key: string, object: KubeObject): void {
    for (const [name, indexer] of this.#indexers) {
      const index = this.#indexes.get(name)!;
      for (const value of indexer(object)) {
        const keys = index.get(value) ?? new Set();
        keys.add(key);
        index.set(value, keys);
      }
    }
  }

  #unindex(key: string, object: KubeObject): void {
    for (const [name, indexer] of this.#indexers) {
      const index = this.#indexes.get(name)!;
      for (const value of indexer(object)) {
        const keys = index.get(value);
        keys?.delete(key);
        if (keys?.size === 0) index.delete(value);
      }
    }
  }
}

function isNewer(object: KubeObject, version: string | undefined): boolean {
  return isNewerVersion(object.metadata.resourceVersion, version);
}
