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

/** An object as a cache takes it in: its identity, where the indexes have it, and itself or its text. */
export interface PackedObject {
  readonly key: string;
  readonly uid: string | undefined;
  readonly version: string | undefined;
  readonly content: KubeObject | string;
  /** Of each index, in their order: the values under which it is found. */
  readonly values: readonly (readonly string[])[];
}

/** The keys of the objects that an index holds under one value. */
interface Place {
  readonly index: Map<string, Place>;
  readonly value: string;
  readonly keys: Set<string>;
}

interface Kept extends Pick<PackedObject, 'uid' | 'version' | 'content'> {
  readonly places: readonly Place[];
}

const unpack = (content: KubeObject | string): KubeObject =>
  typeof content === 'string' ? trusted<KubeObject>(JSON.parse(content)) : content;

/** Whether an object is newer than what is kept under its name; of one timeline no version is that of two objects. */
function isNews({ uid, version }: PackedObject, known: Kept): boolean {
  return isNewerVersion(version, known.version) || (version === undefined && uid !== known.uid);
}

/** Whether it is another object or state than what is kept; another timeline can have both under the same version. */
function isOther({ uid, version }: PackedObject, known: Kept): boolean {
  return version !== known.version || uid !== known.uid;
}

/**
 * The last known state of all objects of one kind, with indexes. Writers are the reflector (lists and watches) and
 * whoever has just written an object and holds the newer answer.
 */
export class ObjectCache {
  readonly #objects = new Map<string, Kept>();
  readonly #asText: boolean;
  readonly #indexers: readonly IndexFunction[];
  readonly #indexes: ReadonlyMap<string, Map<string, Place>>;

  constructor(indexers: Readonly<Record<string, IndexFunction>> = {}, { asText = false }: ObjectCacheOptions = {}) {
    this.#asText = asText;
    this.#indexers = Object.values(indexers);
    this.#indexes = new Map(Object.keys(indexers).map((name) => [name, new Map()]));
  }

  get size(): number {
    return this.#objects.size;
  }

  get(namespace: string, name: string): KubeObject | undefined {
    return this.getByKey(objectKey(namespace, name));
  }

  /** All objects, as they are now: the cache may change while they are gone through. */
  values(): KubeObject[] {
    return [...this.#objects.values()].map(({ content }) => unpack(content));
  }

  keys(): IterableIterator<string> {
    return this.#objects.keys();
  }

  /** The version that is kept of the object with this key. */
  versionOf(key: string): string | undefined {
    return this.#objects.get(key)?.version;
  }

  /** The uid of the object that is kept with this key. */
  uidOf(key: string): string | undefined {
    return this.#objects.get(key)?.uid;
  }

  getByKey(key: string): KubeObject | undefined {
    const kept = this.#objects.get(key);
    return kept === undefined ? undefined : unpack(kept.content);
  }

  /** Objects that the named index holds under `value`. @throws {RangeError} when the cache has no such index */
  byIndex(index: string, value: string): KubeObject[] {
    const places = this.#indexes.get(index);
    if (places === undefined) throw new RangeError(`the cache has no index "${index}"`);
    const keys = places.get(value)?.keys ?? new Set<string>();
    // In an order of their own: each change of an object puts its key at the end.
    return [...keys].toSorted().map((key) => unpack(this.#objects.get(key)!.content));
  }

  /** An object in the form in which it is kept, so that a list that is still on its way takes no more room than it will. */
  pack(object: KubeObject): PackedObject {
    const { namespace, name, uid, resourceVersion: version } = object.metadata;
    return {
      key: objectKey(namespace, name),
      uid,
      version,
      content: this.#asText ? JSON.stringify(object) : object,
      values: this.#indexers.map((indexer) => indexer(object)),
    };
  }

  /**
   * Takes over a state of an object unless a newer one is known, of it or of one that has taken its name since.
   * @param isForced take it over even if it is older, as after a restore of the server's data; only what is the same is not
   * @returns whether it was taken over
   */
  upsert(object: KubeObject, isForced = false): boolean {
    return this.take(this.pack(object), isForced) !== undefined;
  }

  /** The same of an object that is packed. @returns undefined unless it was taken over; else what was known before */
  take(packed: PackedObject, isForced = false): { readonly previous: (() => KubeObject) | undefined } | undefined {
    const { key, uid, version, content } = packed;
    const known = this.#objects.get(key);
    if (known !== undefined && !(isForced ? isOther(packed, known) : isNews(packed, known))) return undefined;
    if (known !== undefined) leave(key, known);
    this.#objects.set(key, { uid, version, content, places: this.#enter(packed) });
    return { previous: known && (() => unpack(known.content)) };
  }

  /**
   * Forgets an object, unless another one has taken its name since.
   * @returns whether it was known
   */
  remove(object: KubeObject): boolean {
    const key = objectKey(object.metadata.namespace, object.metadata.name);
    const known = this.#objects.get(key);
    if (known === undefined || known.uid !== object.metadata.uid) return false;
    leave(key, known);
    this.#objects.delete(key);
    return true;
  }

  #enter({ key, values }: PackedObject): Place[] {
    return [...this.#indexes.values()].flatMap((index, position) =>
      values[position]!.map((value) => {
        const place = index.get(value) ?? { index, value, keys: new Set<string>() };
        index.set(value, place);
        place.keys.add(key);
        return place;
      }),
    );
  }
}

/** Takes an object out of the indexes. */
function leave(key: string, { places }: Kept): void {
  for (const { index, value, keys } of places) {
    keys.delete(key);
    if (keys.size === 0) index.delete(value);
  }
}
