import type { ApiConnection } from './api-connection.ts';
import { hasStatus } from './api-error.ts';
import type {
  ApiClientOptions,
  ApplyOptions,
  CallOptions,
  CallScope,
  DryRunOptions,
  ListOptions,
  MergePatchOptions,
  WatchOptions,
} from './api-options.ts';
import { ApiTransport, type Call } from './api-transport.ts';
import type { KubeList, KubeObject } from './kube-object.ts';
import { resourcePath, type ResourceType } from './resource-type.ts';
import { trusted } from './trusted.ts';

/** Media types of answers with the metadata of objects only; servers that cannot do it answer with whole objects. */
const METADATA = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/**
 * A thin client of the Kubernetes API: objects are plain JSON both ways (typed clients drop fields that they do not
 * know), every call has a timeout, and what may be repeated is repeated on 429, 5xx and broken connections.
 * Failures that the server reported are {@link ApiError}s.
 */
export class ApiClient {
  readonly #transport: ApiTransport;
  readonly #scope: CallScope | undefined;

  private constructor(transport: ApiTransport, scope?: CallScope) {
    this.#transport = transport;
    this.#scope = scope;
  }

  static over(connection: ApiConnection, options: ApiClientOptions): ApiClient {
    return new ApiClient(new ApiTransport(connection, options));
  }

  /** The same client for a part of the program whose calls are bounded; watches end by their own signal. */
  within(scope: CallScope): ApiClient {
    return new ApiClient(this.#transport, scope);
  }

  /** Reads one object; undefined when there is none. */
  async get(
    type: ResourceType,
    namespace: string,
    name: string,
    options: CallOptions = {},
  ): Promise<KubeObject | undefined> {
    const path = resourcePath(type, namespace, name);
    try {
      return trusted(await this.#call({ method: 'GET', verb: 'get', type, path }, options));
    } catch (error) {
      if (hasStatus(error, 404)) return undefined;
      throw error;
    }
  }

  /** Whether the API server serves this kind, as its discovery says. */
  async serves(type: ResourceType, options: CallOptions = {}): Promise<boolean> {
    const path = resourcePath(type).slice(0, -`/${type.plural}`.length);
    try {
      const found = trusted<{ readonly resources?: readonly { readonly name: string }[] }>(
        await this.#call({ method: 'GET', verb: 'discover', type, path }, options),
      );
      return found.resources?.some(({ name }) => name === type.plural) === true;
    } catch (error) {
      if (hasStatus(error, 404)) return false;
      throw error;
    }
  }

  /** Reads one page of a collection, over all namespaces when none is given. */
  async list(type: ResourceType, namespace: string | undefined, options: ListOptions = {}): Promise<KubeList> {
    const query = {
      labelSelector: options.labelSelector,
      limit: options.limit?.toString(),
      continue: options.continue,
      resourceVersion: options.resourceVersion,
    };
    const path = resourcePath(type, namespace);
    const accept = options.metadataOnly === true ? METADATA_LIST : undefined;
    const call: Call = { method: 'GET', verb: 'list', type, path, query, accept };
    const list = trusted<Omit<KubeList, 'items'> & { readonly items?: KubeList['items'] | null }>(
      await this.#call(call, options),
    );
    // A list without objects may be null (a nil slice in Go).
    return { ...list, items: list.items ?? [] };
  }

  /** Creates an object. Not repeated after a broken connection, since it may exist already then. */
  async create(
    type: ResourceType,
    namespace: string,
    body: unknown,
    fieldManager: string,
    options: CallOptions = {},
  ): Promise<KubeObject> {
    const path = resourcePath(type, namespace);
    const query = { fieldManager };
    return trusted(await this.#call({ method: 'POST', verb: 'create', type, path, query, body }, options));
  }

  /** Replaces an object; the resourceVersion in the body guards against changes in between (409). */
  async replace(
    type: ResourceType,
    namespace: string,
    name: string,
    body: unknown,
    fieldManager: string,
    options: CallOptions = {},
  ): Promise<KubeObject> {
    const path = resourcePath(type, namespace, name);
    const query = { fieldManager };
    return trusted(await this.#call({ method: 'PUT', verb: 'update', type, path, query, body }, options));
  }

  /** Server-side apply: makes the fields of `body` what they are there, and drops those we set before and not now. */
  async apply(
    type: ResourceType,
    namespace: string,
    name: string,
    body: unknown,
    options: ApplyOptions,
  ): Promise<KubeObject> {
    const call: Call = {
      method: 'PATCH',
      verb: 'apply',
      type,
      path: resourcePath(type, namespace, name, options.subresource),
      query: { fieldManager: options.fieldManager, force: String(options.force), ...dryRunQuery(options) },
      body,
      // JSON is YAML; the merge-patch types would not be an apply.
      contentType: 'application/apply-patch+yaml',
    };
    return trusted(await this.#call(call, options));
  }

  /** Merges `body` into an object (RFC 7396). */
  async mergePatch(
    type: ResourceType,
    namespace: string,
    name: string,
    body: unknown,
    options: MergePatchOptions,
  ): Promise<KubeObject> {
    const call: Call = {
      method: 'PATCH',
      verb: 'patch',
      type,
      path: resourcePath(type, namespace, name, options.subresource),
      query: { fieldManager: options.fieldManager, ...dryRunQuery(options) },
      body,
      contentType: 'application/merge-patch+json',
    };
    return trusted(await this.#call(call, options));
  }

  /** Deletes the object with this uid; an object that is gone, or is another one by now, is no failure. */
  async delete(
    type: ResourceType,
    namespace: string,
    name: string,
    uid: string,
    options: CallOptions = {},
  ): Promise<void> {
    const path = resourcePath(type, namespace, name);
    const body = { preconditions: { uid }, propagationPolicy: 'Background' };
    try {
      await this.#call({ method: 'DELETE', verb: 'delete', type, path, body }, options);
    } catch (error) {
      if (hasStatus(error, 404)) return;
      if (!hasStatus(error, 409)) throw error;
      // Another one by now, or a write that came in between.
      const live = await this.get(type, namespace, name, options);
      if (live?.metadata.uid === uid) throw error;
    }
  }

  /** Opens a watch; yields the bytes of its answer as they come. One attempt: the caller resumes. */
  async watch(
    type: ResourceType,
    namespace: string | undefined,
    options: WatchOptions,
  ): Promise<AsyncIterable<Uint8Array>> {
    const query = {
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: options.resourceVersion,
      timeoutSeconds: String(options.timeoutSeconds),
      labelSelector: options.labelSelector,
      fieldSelector: options.fieldSelector,
    };
    const path = resourcePath(type, namespace);
    const accept = options.metadataOnly === true ? METADATA : undefined;
    return await this.#transport.open({ method: 'GET', verb: 'watch', type, path, query, accept }, options.signal);
  }

  async #call(call: Call, options: CallOptions): Promise<object> {
    return await this.#transport.call(call, options, this.#scope);
  }
}

function dryRunQuery({ dryRun, strict }: DryRunOptions): Record<string, string | undefined> {
  return { dryRun: dryRun === true ? 'All' : undefined, fieldValidation: strict === true ? 'Strict' : undefined };
}
