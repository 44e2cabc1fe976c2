import { createHash } from 'node:crypto';
import type { ApiClient } from './api-client.ts';
import { containsIntent } from './contains-intent.ts';
import { hasForeignPayload, hasLostFields, takenOver } from './foreign-fields.ts';
import type { Informer } from './informer.ts';
import { objectKey, type KubeObject } from './kube-object.ts';
import { appliedFields, lastOtherManager } from './managed-fields.ts';
import type { ObjectCache } from './object-cache.ts';
import { retryOnConflict } from './retry-on-conflict.ts';
import type { ResourceType } from './resource-type.ts';

/** What an object is to be: plain JSON with its whole intent, nothing of what others decide. */
export interface Intent {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Whose an existing object is: ours, someone else's, or about to be deleted and so to be waited for. */
export type Ownership = 'ours' | 'foreign' | 'leaving';

export interface ApplyResult {
  /** `restored`: the declared state is as before, but someone had changed the object. */
  readonly change: 'none' | 'created' | 'updated' | 'restored';
  readonly object: KubeObject;
  /** The object as it was found; undefined when it was not there. */
  readonly previous?: KubeObject | undefined;
  /** Who had changed a restored object, as far as its records tell. */
  readonly changedBy?: string | undefined;
}

/** The object exists and is not ours: it is left alone. */
export class ResourceConflictError extends Error {
  override readonly name = 'ResourceConflictError';
}

/** The object is being deleted; what is declared can be made afterwards. */
export class LeavingError extends Error {
  override readonly name = 'LeavingError';
}

/** The object is no longer as it was when the intent was made: it is left to whoever makes a new one. */
export class OvertakenError extends Error {
  override readonly name = 'OvertakenError';
}

/** What the applier does with the API. */
export type ApplierClient = Pick<ApiClient, 'get' | 'apply' | 'mergePatch' | 'delete'>;

/** What it needs of an informer. */
type ApplierInformer = Pick<Informer, 'type' | 'observe'> & { readonly cache: Pick<ObjectCache, 'get'> };

export interface ApplierOptions {
  readonly client: ApplierClient;
  readonly fieldManager: string;
  /** Annotation that holds the digest of what was applied last. */
  readonly digestAnnotation: string;
  /** Compares values that are written differently and mean the same, such as quantities. */
  readonly isEqual?: (live: unknown, intent: unknown) => boolean;
}

/** Whether an object that is there is still what the intent was made from. */
type Premise = (live: KubeObject) => boolean;

/** An object as it was found, and what is asked of it before it is written to. */
interface Look {
  readonly found: KubeObject | 'unknown' | undefined;
  readonly ownership: (live: KubeObject) => Ownership;
  readonly premise: Premise | undefined;
}

interface Write {
  readonly target: KubeObject | 'unknown' | undefined;
  readonly digest: string;
  /** Whether it is for this version of the object alone. */
  readonly isVersioned: boolean;
}

interface Verified {
  readonly digest: string;
  readonly resourceVersion: string | undefined;
  /** Digest of our record in its managedFields. */
  readonly fields: string;
}

/**
 * Server-side apply that writes only when something differs. An object is as declared when the digest of the last
 * apply is that of the intent, and our record in its managedFields is as that apply left it: whoever changes a field
 * of ours takes it out of that record. After a restart, when there is nothing to compare the record with, the fields
 * themselves are compared once, and whether somebody else has taken one of them.
 */
export class Applier {
  readonly #options: ApplierOptions;
  /** By uid: what was found as declared. */
  readonly #verified = new Map<string, Verified>();
  /** Names that others had when they were tried last: these are looked at before they are tried again. */
  readonly #taken = new Set<string>();

  constructor(options: ApplierOptions) {
    this.#options = options;
  }

  /**
   * Makes the object as declared. With a premise it writes only to an object of which that holds at that moment.
   * @throws {ResourceConflictError | LeavingError | OvertakenError}
   */
  async ensure(
    informer: ApplierInformer,
    intent: Intent,
    ownership: (live: KubeObject) => Ownership,
    premise?: Premise,
  ): Promise<ApplyResult> {
    const { name, namespace } = intent.metadata;
    const read = (): Promise<KubeObject | undefined> => this.#options.client.get(informer.type, namespace, name);
    const key = `${informer.type.kind} ${objectKey(namespace, name)}`;
    // The caches may hold labelled objects only: what is not in them may exist all the same.
    const known = informer.cache.get(namespace, name) ?? (this.#taken.has(key) ? await read() : 'unknown');
    const result = await retryOnConflict<Look['found'], ApplyResult>(
      known,
      (found) => this.#ensure(informer, intent, { ownership, premise, found }),
      async () => {
        // The cache was behind, or another one has the name.
        this.#taken.add(key);
        return await read();
      },
    );
    this.#taken.delete(key);
    return result;
  }

  /** Deletes the object if it is ours. @returns whether there was something to delete */
  async remove(
    informer: ApplierInformer,
    namespace: string,
    name: string,
    ownership: (live: KubeObject) => Ownership,
  ): Promise<boolean> {
    const live = informer.cache.get(namespace, name);
    if (live?.metadata.uid === undefined || ownership(live) !== 'ours') return false;
    await this.#options.client.delete(informer.type, namespace, name, live.metadata.uid);
    this.#verified.delete(live.metadata.uid);
    return true;
  }

  /** Forgets an object that is gone. */
  forget(uid: string | undefined): void {
    if (uid !== undefined) this.#verified.delete(uid);
  }

  async #ensure(informer: ApplierInformer, intent: Intent, { ownership, premise, found }: Look): Promise<ApplyResult> {
    const live = found === 'unknown' ? undefined : found;
    if (live !== undefined) refuseForeign(informer.type, live, ownership(live));
    if (live !== undefined && premise?.(live) === false) {
      throw new OvertakenError(`${informer.type.kind} ${live.metadata.name} has been changed meanwhile`);
    }
    const digest = digestOf(intent);
    if (live !== undefined && this.#isAsDeclared(live, intent, digest)) return { change: 'none', object: live };
    const target = live === undefined ? found : await this.#takeOver(informer, live);
    const object = await this.#apply(informer, intent, { target, digest, isVersioned: premise !== undefined });
    informer.observe(object);
    this.#remember(object, digest);
    if (live === undefined) return { change: 'created', object };
    if (this.#digestIn(live) !== digest) return { change: 'updated', object, previous: live };
    const changedBy = lastOtherManager(live, this.#options.fieldManager);
    return { change: 'restored', object, previous: live, changedBy };
  }

  #isAsDeclared(live: KubeObject, intent: Intent, digest: string): boolean {
    const { fieldManager } = this.#options;
    const fields = appliedFields(live, fieldManager)?.fieldsV1;
    if (fields === undefined || this.#digestIn(live) !== digest) return false;
    if (hasForeignPayload(live, fieldManager)) return false;
    const verified = this.#verified.get(live.metadata.uid ?? '');
    if (verified?.digest === digest) {
      if (verified.resourceVersion === live.metadata.resourceVersion) return true;
      if (verified.fields !== digestOf(fields)) return false;
    } else if (hasLostFields(live, fieldManager, intent) || !containsIntent(live, intent, this.#options.isEqual)) {
      return false;
    }
    this.#remember(live, digest);
    return true;
  }

  /**
   * Makes what others have added to the object's payload ours, so that the apply after this removes it. An apply alone
   * would leave it there, and would fail where it clashes, such as a second port of the same name. The digest goes with it:
   * should that apply not come, the record alone would say that all is as declared.
   * @returns the object as it is then
   */
  async #takeOver(informer: ApplierInformer, live: KubeObject): Promise<KubeObject> {
    const { client, fieldManager, digestAnnotation } = this.#options;
    if (!hasForeignPayload(live, fieldManager)) return live;
    const { name, namespace = '', resourceVersion } = live.metadata;
    const annotations = { [digestAnnotation]: null };
    const body = { metadata: { resourceVersion, managedFields: takenOver(live, fieldManager), annotations } };
    return await client.mergePatch(informer.type, namespace, name, body, { fieldManager });
  }

  async #apply(informer: ApplierInformer, intent: Intent, { target, digest, isVersioned }: Write): Promise<KubeObject> {
    const { name, namespace } = intent.metadata;
    const annotations = { ...intent.metadata.annotations, [this.#options.digestAnnotation]: digest };
    const body = { ...intent, metadata: { ...intent.metadata, ...guardOf(target, isVersioned), annotations } };
    return await this.#options.client.apply(informer.type, namespace, name, body, {
      fieldManager: this.#options.fieldManager,
      // Where nothing is known to exist nothing is to be taken over.
      force: typeof target === 'object',
    });
  }

  #digestIn(live: KubeObject): string | undefined {
    return live.metadata.annotations?.[this.#options.digestAnnotation];
  }

  #remember(object: KubeObject, digest: string): void {
    const fields = digestOf(appliedFields(object, this.#options.fieldManager)?.fieldsV1 ?? {});
    const { uid, resourceVersion } = object.metadata;
    if (uid !== undefined) this.#verified.set(uid, { digest, resourceVersion, fields });
  }
}

/**
 * What makes the API server refuse an apply to another object than the one that was looked at. The uid (422, or 409 where
 * there is none any more): the owner of that one was checked. Its version (409), where more than that was. The version,
 * where nothing is known: whatever exists has another one (etcd begins with 1, its first write makes 2), so that the apply
 * only ever creates, and saves a look at what is hardly ever there.
 */
function guardOf(
  target: KubeObject | 'unknown' | undefined,
  isVersioned: boolean,
): { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined } {
  if (target === 'unknown') return { resourceVersion: '1' };
  if (target === undefined) return {};
  const { uid, resourceVersion } = target.metadata;
  return isVersioned ? { uid, resourceVersion } : { uid };
}

function refuseForeign(type: ResourceType, live: KubeObject, ownership: Ownership): void {
  if (ownership === 'leaving' || live.metadata.deletionTimestamp !== undefined) {
    throw new LeavingError(`${type.kind} ${live.metadata.name} is being deleted`);
  }
  if (ownership === 'foreign') {
    throw new ResourceConflictError(`${type.kind} ${live.metadata.name} exists and belongs to someone else`);
  }
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
