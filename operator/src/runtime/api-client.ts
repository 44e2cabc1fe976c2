import { request, type Dispatcher } from 'undici';
import type { ApiConnection } from './api-connection.ts';
import { ApiError, hasStatus } from './api-error.ts';
import type { KubeList, KubeObject } from './kube-object.ts';
import { resourcePath, type ResourceType } from './resource-type.ts';
import { withRetries, type RetryPolicy } from './retry.ts';
import { trusted } from './trusted.ts';

/** One request as the metrics see it. `status` is the HTTP status, or 0 when there was no answer. */
export interface RequestReport {
  readonly verb: string;
  readonly resource: string;
  readonly status: number;
  readonly durationMs: number;
}

export interface ApiClientOptions {
  readonly userAgent: string;
  /** Time that one attempt may take, in milliseconds. Default 15,000. */
  readonly timeoutMs?: number;
  readonly retry?: RetryPolicy;
  readonly onRequest?: (report: RequestReport) => void;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Overrides the client's time per attempt. */
  readonly timeoutMs?: number;
  /** False: one attempt only. */
  readonly retry?: boolean;
}

export interface ApplyOptions extends CallOptions {
  readonly fieldManager: string;
  /** True: fields that others own are taken over. False: a 409 says that they differ. */
  readonly force: boolean;
  readonly subresource?: 'status';
}

export interface ListOptions extends CallOptions {
  readonly labelSelector?: string | undefined;
  readonly limit?: number;
  readonly continue?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

export interface WatchOptions {
  readonly labelSelector?: string | undefined;
  readonly resourceVersion: string;
  /** Seconds after which the server ends the watch. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

interface Call {
  readonly method: Dispatcher.HttpMethod;
  readonly verb: string;
  readonly type: ResourceType;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
}

const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_RETRY: RetryPolicy = { attempts: 4, firstDelayMs: 200, longestDelayMs: 5_000 };

/**
 * A thin client of the Kubernetes API: objects are plain JSON both ways (typed clients drop fields that they do not
 * know), every call has a timeout, and what may be repeated is repeated on 429, 5xx and broken connections.
 * Failures that the server reported are {@link ApiError}s.
 */
export class ApiClient {
  readonly #connection: ApiConnection;
  readonly #options: ApiClientOptions;

  constructor(connection: ApiConnection, options: ApiClientOptions) {
    this.#connection = connection;
    this.#options = options;
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

  /** Reads one page of a collection, over all namespaces when none is given. */
  async list(type: ResourceType, namespace: string | undefined, options: ListOptions = {}): Promise<KubeList> {
    const query = {
      labelSelector: options.labelSelector,
      limit: options.limit?.toString(),
      continue: options.continue,
      resourceVersion: options.resourceVersion,
    };
    const path = resourcePath(type, namespace);
    return trusted(await this.#call({ method: 'GET', verb: 'list', type, path, query }, options));
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
      query: { fieldManager: options.fieldManager, force: String(options.force) },
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
    options: CallOptions & { readonly fieldManager: string; readonly subresource?: 'scale' },
  ): Promise<KubeObject> {
    const call: Call = {
      method: 'PATCH',
      verb: 'patch',
      type,
      path: resourcePath(type, namespace, name, options.subresource),
      query: { fieldManager: options.fieldManager },
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
      if (!hasStatus(error, 404) && !hasStatus(error, 409)) throw error;
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
    };
    const call: Call = { method: 'GET', verb: 'watch', type, path: resourcePath(type, namespace), query };
    const answer = await this.#send(call, options.signal, { bodyTimeout: 0 });
    return answer.body;
  }

  async #call(call: Call, options: CallOptions): Promise<unknown> {
    return await withRetries(() => this.#attempt(call, options), {
      policy: options.retry === false ? { ...DEFAULT_RETRY, attempts: 1 } : (this.#options.retry ?? DEFAULT_RETRY),
      repeatable: call.method !== 'POST',
      signal: options.signal,
    });
  }

  async #attempt(call: Call, options: CallOptions): Promise<unknown> {
    const timeout = AbortSignal.timeout(options.timeoutMs ?? this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
    const answer = await this.#send(call, signal, {});
    return JSON.parse(await answer.body.text()) as unknown;
  }

  /** Sends a request and returns its successful answer, with fresh credentials after a first 401. */
  async #send(
    call: Call,
    signal: AbortSignal,
    timeouts: { readonly bodyTimeout?: number },
  ): Promise<Dispatcher.ResponseData> {
    const startedMs = performance.now();
    let status = 0;
    try {
      let answer = await this.#request(call, signal, timeouts, false);
      if (answer.statusCode === 401) {
        await answer.body.dump();
        answer = await this.#request(call, signal, timeouts, true);
      }
      status = answer.statusCode;
      if (status < 400) return answer;
      const retryAfter = answer.headers['retry-after'];
      throw new ApiError(
        `${call.verb} ${call.path}`,
        status,
        await answer.body.text(),
        typeof retryAfter === 'string' ? retryAfter : undefined,
      );
    } finally {
      const durationMs = performance.now() - startedMs;
      this.#options.onRequest?.({ verb: call.verb, resource: call.type.plural, status, durationMs });
    }
  }

  async #request(
    call: Call,
    signal: AbortSignal,
    timeouts: { readonly bodyTimeout?: number },
    refresh: boolean,
  ): Promise<Dispatcher.ResponseData> {
    const access = await this.#connection.access(refresh);
    const query = Object.entries(call.query ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const search = query.length === 0 ? '' : `?${new URLSearchParams(query).toString()}`;
    return await request(`${access.baseUrl}${call.path}${search}`, {
      method: call.method,
      dispatcher: access.dispatcher,
      signal,
      headersTimeout: this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      ...timeouts,
      headers: {
        ...access.headers,
        accept: 'application/json',
        'user-agent': this.#options.userAgent,
        ...(call.body !== undefined && { 'content-type': call.contentType ?? 'application/json' }),
      },
      ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
    });
  }
}
