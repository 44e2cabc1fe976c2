import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from './api-client.ts';
import { ApiError, hasStatus } from './api-error.ts';
import { isNewerVersion, namespaceOfKey, objectKey, type KubeObject } from './kube-object.ts';
import type { Logger } from './logger.ts';
import { LONGEST_TIMER_MS } from './long-timer.ts';
import type { ObjectCache, PackedObject } from './object-cache.ts';
import { isUsable, ObjectIntake, type UnusableObject } from './object-intake.ts';
import { listAll, type Listing } from './paged-list.ts';
import type { ResourceType } from './resource-type.ts';
import { askedWaitMs } from './retry.ts';
import { decodeWatch, type WatchEvent } from './watch-events.ts';
import { trusted } from './trusted.ts';

/** What happened to an object. `resync` says nothing new; it lets missed work be found. */
export interface ObjectChange {
  readonly type: 'added' | 'updated' | 'deleted' | 'resync';
  readonly object: KubeObject;
  readonly previous?: KubeObject | undefined;
}

export interface ReflectorOptions {
  readonly client: ApiClient;
  readonly type: ResourceType;
  /** Undefined: all namespaces. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  /** True: only the metadata of the objects are fetched and kept, as befits Secrets. */
  readonly metadataOnly?: boolean | undefined;
  /**
   * Takes away what nobody reads before an object is kept. An object at which it, or an index function of the cache, throws
   * stays as it was known before, until its next change or list: nothing is told of it but its deletion, since a
   * controller is hurt less by an old state, which any cache may have, than by a deletion that has not been.
   */
  readonly transform?: (object: KubeObject) => KubeObject;
  readonly cache: ObjectCache;
  readonly onChange: (change: ObjectChange) => void;
  /**
   * Whether the answer of a write of ours shows more than what we wrote: a change of somebody else that it has overtaken,
   * of which the watch will not tell any more. `previous` is what was known before. By default it never does.
   */
  readonly showsMore?: ((written: KubeObject, previous: KubeObject | undefined) => boolean) | undefined;
  /** Called when a kind that counted as gone has been listed again. */
  readonly onReturn?: () => void;
  readonly logger: Logger;
  readonly timing?: Partial<ReflectorTiming>;
}

export interface ReflectorTiming {
  /** Objects per page of a list. */
  readonly pageSize: number;
  /** Seconds after which the server is asked to end a watch; up to a tenth is added at random. */
  readonly watchSeconds: number;
  /** Silence after which a watch counts as dead: above the period of bookmarks, about a minute. */
  readonly deadManMs: number;
  /** Time between two resyncs; up to a tenth is added at random. 0 or Infinity: never. */
  readonly resyncMs: number;
  readonly firstBackoffMs: number;
  readonly longestBackoffMs: number;
}

const DEFAULT_TIMING: ReflectorTiming = {
  pageSize: 500,
  watchSeconds: 290,
  deadManMs: 150_000,
  resyncMs: 600_000,
  firstBackoffMs: 500,
  longestBackoffMs: 30_000,
};

/** The version that we resume from is too old for the server: only a new list helps. */
class ExpiredError extends Error {
  override readonly name = 'ExpiredError';
}

/** Lists in a row that are older than what was seen before, after which they are believed. */
const MOST_STALE_LISTS = 4;
/** Lists in a row that are answered with 404, after which the kind counts as gone: its definition was deleted. */
const MOST_MISSING_LISTS = 3;

/** Lists in a row of a namespace that are answered with 403, after which it counts as refused. */
const MOST_REFUSED_LISTS = 3;

const jittered = (value: number): number => Math.round(value * (1 + Math.random() / 10));

/**
 * Keeps a cache in step with the API server: lists in pages, watches with bookmarks from there, resumes after every
 * end of a watch, lists anew after a 410, and treats silence as a dead connection. It never gives up by itself.
 */
export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #timing: ReflectorTiming;
  readonly #intake: ObjectIntake;
  readonly #synced = Promise.withResolvers<void>();
  readonly #settled = Promise.withResolvers<void>();
  #isSynced = false;
  /** Lists in a row that were refused. */
  #refusedLists = 0;
  #isRefused = false;
  /** The version to watch from; empty when a list is due. */
  #version = '';
  /** The newest version that was ever seen. */
  #newest = '';
  #staleLists = 0;
  #missingLists = 0;
  #isMissing = false;
  #lastSignMs = performance.now();
  /** Failures since the last progress: a clean end of a watch, or an event. */
  #failures = 0;

  constructor(options: ReflectorOptions) {
    this.#options = options;
    this.#timing = { ...DEFAULT_TIMING, ...options.timing };
    this.#intake = new ObjectIntake(options);
  }

  /** Whether the first list is in the cache. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** Resolves when the first list is in the cache. */
  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  /** Whether it may not list its namespace, so that the cache is empty or behind, until a list succeeds; it goes on asking. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** Resolves when the first list is in the cache, or has been refused. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  /** Whether the kind counts as gone: its definition was deleted. It goes on asking. */
  get isMissing(): boolean {
    return this.#isMissing;
  }

  /** Milliseconds since the server last told anything or a request failed: more than a while, and it is stuck. */
  get silenceMs(): number {
    return performance.now() - this.#lastSignMs;
  }

  /**
   * Takes the answer of a write into the cache at once, so that the next reader does not see the older state. Answers
   * that the watch has overtaken are ignored: the object may be deleted by now. What the watch tells later of this state
   * and of those before it is no news any more, so whatever else the answer shows is told now.
   */
  observe(object: KubeObject): void {
    // Not of #version, which is empty while a list is due.
    if (!isNewerVersion(object.metadata.resourceVersion, this.#newest)) return;
    const { metadata, apiVersion, kind } = object;
    const kept = this.#options.metadataOnly === true ? { apiVersion, kind, metadata } : object;
    this.#upsert(kept, { isOwnWrite: true });
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { resyncMs } = this.#timing;
    const isResyncing = resyncMs > 0 && Number.isFinite(resyncMs);
    const periodMs = Math.min(jittered(resyncMs), LONGEST_TIMER_MS);
    const resync = isResyncing ? setInterval(() => this.#resync(), periodMs) : undefined;
    this.#lastSignMs = performance.now();
    try {
      await this.#loop(signal);
    } finally {
      clearInterval(resync);
    }
  }

  async #loop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startedMs = performance.now();
      let askedMs = 0;
      try {
        if (this.#version === '') await this.#list(signal);
        this.#missingLists = 0;
        await this.#watch(signal);
        // A watch that the server ends at once would otherwise be a busy loop.
        this.#failures = performance.now() - startedMs < 1_000 ? this.#failures + 1 : 0;
      } catch (error) {
        if (signal.aborted) return;
        this.#failures += 1;
        this.#lastSignMs = performance.now();
        this.#noteFailure(error, this.#failures);
        askedMs = askedWaitMs(error) ?? 0;
      }
      if (this.#failures > 0) await this.#backOff(this.#failures, askedMs, signal);
    }
  }

  #noteFailure(error: unknown, failures: number): void {
    this.#missingLists = hasStatus(error, 404) && this.#version === '' ? this.#missingLists + 1 : 0;
    if (this.#missingLists === MOST_MISSING_LISTS) {
      this.#isMissing = true;
      this.#replace({ objects: [], version: this.#newest }, true);
    }
    this.#countRefusal(error);
    const fields = { kind: this.#options.type.kind, error: error instanceof Error ? error.message : String(error) };
    if (error instanceof ExpiredError || hasStatus(error, 410)) {
      this.#version = '';
      this.#options.logger.info('the version to watch from has expired, listing anew', fields);
    } else {
      // A watch of what is not there needs a list to find out; and now and then one helps where a watch keeps failing.
      if (failures % 5 === 0 || hasStatus(error, 404)) this.#version = '';
      this.#options.logger.warn('list or watch failed, trying again', { ...fields, failures });
    }
  }

  /** Of all namespaces nothing is known when they may not be listed; one of several can be done without. */
  #countRefusal(error: unknown): void {
    const { type, namespace, logger } = this.#options;
    this.#refusedLists =
      hasStatus(error, 403) && namespace !== undefined && this.#version === '' ? this.#refusedLists + 1 : 0;
    if (this.#refusedLists < MOST_REFUSED_LISTS || this.#isRefused) return;
    this.#isRefused = true;
    logger.error('may not list this kind in a namespace, going on without that namespace', {
      kind: type.kind,
      namespace,
    });
    this.#settled.resolve();
  }

  async #backOff(failures: number, askedMs: number, signal: AbortSignal): Promise<void> {
    const { firstBackoffMs, longestBackoffMs } = this.#timing;
    const delayMs = Math.min(firstBackoffMs * 2 ** (failures - 1), longestBackoffMs) * (0.5 + Math.random() / 2);
    await sleep(askedMs + delayMs, undefined, { signal }).catch(() => undefined);
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, type, namespace, labelSelector, metadataOnly } = this.#options;
    const query = { labelSelector, metadataOnly, limit: this.#timing.pageSize, signal };
    const listing = await listAll(client, type, namespace, query, (object) => this.#intake.pack(object));
    const isStale = isNewerVersion(this.#newest, listing.version) && this.#newest !== '';
    if (isStale && ++this.#staleLists < MOST_STALE_LISTS) {
      throw new Error(`the list is older (${listing.version}) than what was seen before (${this.#newest})`);
    }
    // Again and again older: the server's data were put back to an earlier state, which is now the truth.
    this.#staleLists = 0;
    this.#replace(listing, isStale);
    this.#version = listing.version;
    this.#newest = listing.version;
    this.#refusedLists = 0;
    this.#isRefused = false;
    this.#isSynced = true;
    this.#synced.resolve();
    this.#settled.resolve();
    if (!this.#isMissing) return;
    this.#isMissing = false;
    this.#options.onReturn?.();
  }

  #replace({ objects, version }: Listing<PackedObject | UnusableObject>, isForced: boolean): void {
    const { cache } = this.#options;
    // What was written after the list was taken is not in it, and yet it is true. Of all else the list is the truth, also
    // where it has an older state: what is known is then of a timeline that a restore of the server's data has ended.
    const isCovered = (key: string): boolean => isForced || !isNewerVersion(cache.versionOf(key), version);
    const present = new Map(objects.map((listed) => [listed.key, listed]));
    this.#intake.forgetUnless((key) => present.has(key));
    for (const key of cache.keys()) {
      const listed = present.get(key);
      // What cannot be taken in stays as it was known, unless that was another object.
      const isThere = listed !== undefined && (isUsable(listed) || listed.uid === cache.uidOf(key));
      const isGone = !isThere && isCovered(key);
      const known = isGone && this.#isMine(key) ? cache.getByKey(key) : undefined;
      if (known !== undefined) this.#delete(known);
    }
    for (const listed of objects) if (isUsable(listed)) this.#take(listed, isCovered(listed.key));
  }

  /** A cache may be shared by the reflectors of several namespaces. */
  #isMine(key: string): boolean {
    return this.#options.namespace === undefined || namespaceOfKey(key) === this.#options.namespace;
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { client, type, namespace, labelSelector, metadataOnly } = this.#options;
    const dead = new AbortController();
    this.#lastSignMs = performance.now();
    const guard = setInterval(
      () => {
        if (this.silenceMs > this.#timing.deadManMs) dead.abort(new Error('the watch has gone silent'));
      },
      Math.min(Math.max(10, this.#timing.deadManMs / 10), LONGEST_TIMER_MS),
    );
    try {
      const body = await client.watch(type, namespace, {
        labelSelector,
        metadataOnly,
        resourceVersion: this.#version,
        timeoutSeconds: jittered(this.#timing.watchSeconds),
        signal: AbortSignal.any([signal, dead.signal]),
      });
      for await (const event of decodeWatch(body)) {
        // Bytes alone say nothing: something between may send them to keep a connection up whose other end is gone.
        this.#lastSignMs = performance.now();
        this.#follow(event);
      }
    } finally {
      clearInterval(guard);
    }
  }

  #follow(event: WatchEvent): void {
    if (event.type === 'ERROR') {
      const status = trusted<{ code?: number; message?: string }>(event.object);
      if (status.code === 410) throw new ExpiredError(status.message ?? 'expired');
      throw new ApiError(`watch ${this.#options.type.plural}`, status.code ?? 0, JSON.stringify(event.object));
    }
    if (event.type === 'DELETED') this.#delete(this.#named(event.object));
    else if (event.type !== 'BOOKMARK') this.#upsert(this.#named(event.object));
    this.#version = event.object.metadata.resourceVersion ?? this.#version;
    this.#newest = this.#version;
    // A way that breaks off every watch after a while must not count as failing more and more.
    this.#failures = 0;
  }

  /** An answer with metadata only calls itself PartialObjectMetadata. */
  #named(object: KubeObject): KubeObject {
    const { apiVersion, kind } = this.#options.type;
    return this.#options.metadataOnly === true ? { ...object, apiVersion, kind } : object;
  }

  #upsert(whole: KubeObject, { isOwnWrite = false } = {}): void {
    const { cache, showsMore } = this.#options;
    const usable = this.#intake.prepare(whole);
    if (usable === undefined) return this.#deleteFormer(whole);
    const { object, packed } = usable;
    const taken = cache.take(packed);
    if (taken === undefined) return;
    const previous = taken.previous?.();
    const isSame = previous === undefined || previous.metadata.uid === object.metadata.uid;
    if (isOwnWrite && isSame && showsMore?.(object, previous) !== true) return;
    this.#tell(object, previous);
  }

  #take(packed: PackedObject, isForced: boolean): void {
    const { cache } = this.#options;
    const taken = cache.take(packed, isForced);
    const object = taken === undefined ? undefined : cache.getByKey(packed.key);
    if (object !== undefined) this.#tell(object, taken?.previous?.());
  }

  #tell(object: KubeObject, previous: KubeObject | undefined): void {
    if (previous !== undefined && previous.metadata.uid !== object.metadata.uid) {
      // Deleted and made anew between two lists: two objects, not a change of one.
      this.#notify({ type: 'deleted', object: previous });
      this.#notify({ type: 'added', object });
      return;
    }
    this.#notify({ type: previous === undefined ? 'added' : 'updated', object, previous });
  }

  /** Of an object that cannot be taken in: another one that had its name has gone all the same. */
  #deleteFormer({ metadata: { namespace, name, uid, resourceVersion } }: KubeObject): void {
    const former = this.#options.cache.get(namespace ?? '', name);
    const isFormer = former !== undefined && former.metadata.uid !== uid;
    if (isFormer && isNewerVersion(resourceVersion, former.metadata.resourceVersion)) this.#delete(former);
  }

  #delete(object: KubeObject): void {
    this.#intake.forget(objectKey(object.metadata.namespace, object.metadata.name));
    if (this.#options.cache.remove(object)) this.#notify({ type: 'deleted', object });
  }

  #resync(): void {
    const { cache } = this.#options;
    // One by one: of a kind that is kept as text all at once would take many times the room.
    for (const key of cache.keys()) {
      const object = this.#isMine(key) ? cache.getByKey(key) : undefined;
      if (object !== undefined) this.#notify({ type: 'resync', object });
    }
  }

  /** A handler that fails must neither end the watch, or the process, nor lose the events after this one. */
  #notify(change: ObjectChange): void {
    try {
      const told: unknown = this.#options.onChange(change);
      // An async function fits the type as well.
      if (told instanceof Promise) told.catch((error: unknown) => this.#noteHandler(error));
    } catch (error) {
      this.#noteHandler(error);
    }
  }

  #noteHandler(error: unknown): void {
    const { type, logger } = this.#options;
    logger.error('a handler of changes failed', { kind: type.kind, error: String(error) });
  }
}
