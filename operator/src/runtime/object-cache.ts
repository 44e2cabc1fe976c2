import { isNewerVersion, objectKey, type KubeObject } from './kube-object.ts';
import { trusted } from './trusted.ts';

/** Values under which an object is found in an index. */
export type IndexFunction = (object: KubeObject) => readonly string[];

interface ObjectCacheOptions {
  /**
   * True: objects are kept as JSON and parsed for whoever asks. That takes about half of the memory, and 0.02 ms at each
   * look: for kinds with many objects that are looked at one by one.
   */
  readonly asText?: boolean;
}

/** An object as it is kept: its identity, and itself or its text. */
interface Kept {
  readonly uid: string | undefined;
  readonly version: string | undefined;
  readonly content: KubeObject | string;
}

const unpack = ({ content }: Kept): KubeObject =>
  typeof content === 'string' ? trusted<KubeObject>(JSON.parse(content)) : content;

/**
 * The last known state of all objects of one kind, with indexes. Writers are the reflector (lists and watches) and
 * whoever has just written an object and holds the newer answer.
 */
export class ObjectCache {
  readonly #objects = new Map<string, Kept>();
  readonly #asText: boolean;
  readonly #indexers: ReadonlyMap<string, IndexFunction>;
  readonly #indexes = new Map<string, Map<string, Set<string>>>();

  constructor(indexers: Readonly<Record<string, IndexFunction>> = {}, { asText = false }: ObjectCacheOptions = {}) {
    this.#asText = asText;
    this.#indexers = new Map(Object.entries(indexers));
    for (const name of this.#indexers.keys()) this.#indexes.set(name, new Map());
  }

  get size(): number {
    return this.#objects.size;
  }

  get(namespace: string, name: string): KubeObject | undefined {
    return this.getByKey(objectKey(namespace, name));
  }

  /** All objects, as they are now: the cache may change while they are gone through. */
  values(): KubeObject[] {
    return [...this.#objects.values()].map(unpack);
  }

  keys(): IterableIterator<string> {
    return this.#objects.keys();
  }

  getByKey(key: string): KubeObject | undefined {
    const kept = this.#objects.get(key);
    return kept === undefined ? undefined : unpack(kept);
  }

  /** Objects that the named index holds under `value`. @throws {RangeError} when the cache has no such index */
  byIndex(index: string, value: string): KubeObject[] {
    const keysByValue = this.#indexes.get(index);
    if (keysByValue === undefined) throw new RangeError(`the cache has no index "${index}"`);
    const keys = keysByValue.get(value) ?? new Set<string>();
    // In an order of their own: each change of an object puts its key at the end.
    return [...keys].toSorted().map((key) => unpack(this.#objects.get(key)!));
  }

  /**
   * Takes over a state of an object unless a newer one of the same object is known.
   * @param isForced take it over even if it is older
   * @returns whether it was taken over
   */
  upsert(object: KubeObject, isForced = false): boolean {
    const key = objectKey(object.metadata.namespace, object.metadata.name);
    const known = this.#objects.get(key);
    const { uid, resourceVersion: version } = object.metadata;
    const isNews = isForced ? version !== known?.version : isNewerVersion(version, known?.version);
    if (known !== undefined && known.uid === uid && !isNews) return false;
    if (known !== undefined) this.#unindex(key, known);
    this.#objects.set(key, { uid, version, content: this.#asText ? JSON.stringify(object) : object });
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
    if (known === undefined || known.uid !== object.metadata.uid) return false;
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

  #unindex(key: string, kept: Kept): void {
    if (this.#indexers.size === 0) return;
    const object = unpack(kept);
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
