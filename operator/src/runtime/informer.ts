import type { ApiClient } from './api-client.ts';
import type { KubeObject } from './kube-object.ts';
import type { Logger } from './logger.ts';
import { ObjectCache, type IndexFunction } from './object-cache.ts';
import { Reflector, type ObjectChange, type ReflectorOptions, type ReflectorTiming } from './reflector.ts';
import type { ResourceType } from './resource-type.ts';

export interface InformerOptions {
  readonly client: ApiClient;
  readonly type: ResourceType;
  /** Namespaces to watch, each by a watch of its own; empty means all of them by one. */
  readonly namespaces: readonly string[];
  readonly labelSelector?: string;
  /** True: only the metadata of the objects are fetched and kept. */
  readonly metadataOnly?: boolean;
  readonly indexers?: Readonly<Record<string, IndexFunction>>;
  /** True: the cache keeps objects as text; see {@link ObjectCache}. */
  readonly asText?: boolean;
  /** Takes away what nobody reads before an object is kept, as client-go's transforms do. */
  readonly transform?: (object: KubeObject) => KubeObject;
  readonly onChange: (change: ObjectChange) => void;
  /** Whether the answer of a write of ours shows more than what we wrote; see {@link ReflectorOptions}. */
  readonly showsMore?: ReflectorOptions['showsMore'];
  /** Called when a kind that counted as gone has been listed again, once a namespace. */
  readonly onReturn?: () => void;
  readonly logger: Logger;
  readonly timing?: Partial<ReflectorTiming>;
}

/** One kind of object in a cache, kept current by a watch per namespace. */
export class Informer {
  readonly type: ResourceType;
  readonly cache: ObjectCache;
  readonly #reflectors: ReadonlyMap<string | undefined, Reflector>;

  constructor(options: InformerOptions) {
    const { namespaces, indexers, asText = false, ...shared } = options;
    this.type = options.type;
    this.cache = new ObjectCache(indexers, { asText });
    const scopes = namespaces.length === 0 ? [undefined] : namespaces;
    this.#reflectors = new Map(
      scopes.map((namespace) => [namespace, new Reflector({ ...shared, namespace, cache: this.cache })]),
    );
  }

  /** Whether the first list of every namespace is in the cache; one of several that may not be listed does not count. */
  get isSynced(): boolean {
    const all = this.#all;
    return all.some(({ isSynced }) => isSynced) && all.every(({ isSynced, isRefused }) => isSynced || isRefused);
  }

  /** Resolves when that is so for the first time. */
  get synced(): Promise<void> {
    const all = this.#all;
    const waits = [Promise.any(all.map(({ synced }) => synced)), ...all.map(({ settled }) => settled)];
    return Promise.all(waits).then(() => undefined);
  }

  /** Namespaces of which nothing is known, or not what is new, because they may not be listed. They are asked for again. */
  get refusedNamespaces(): string[] {
    return [...this.#reflectors].flatMap(([namespace, { isRefused }]) =>
      isRefused && namespace !== undefined ? [namespace] : [],
    );
  }

  /** Whether the kind counts as gone: its definition was deleted. */
  get isMissing(): boolean {
    return this.#all.some((reflector) => reflector.isMissing);
  }

  /** Milliseconds since the quietest of the watches last gave a sign of life. */
  get silenceMs(): number {
    return Math.max(...this.#all.map((reflector) => reflector.silenceMs));
  }

  get #all(): Reflector[] {
    return [...this.#reflectors.values()];
  }

  /** Takes the answer of a write over before the watch tells it. */
  observe(object: KubeObject): void {
    const reflector = this.#reflectors.get(object.metadata.namespace) ?? this.#reflectors.get(undefined);
    reflector?.observe(object);
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#all.map((reflector) => reflector.run(signal)));
  }
}
