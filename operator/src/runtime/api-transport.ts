import { request, type Dispatcher } from 'undici';
import type { Access, ApiConnection } from './api-connection.ts';
import { ApiError, GarbledAnswerError } from './api-error.ts';
import type { ApiClientOptions, CallOptions, CallScope } from './api-options.ts';
import type { ResourceType } from './resource-type.ts';
import { withRetries, type RetryPolicy } from './retry.ts';
import { unlessAborted } from './unless-aborted.ts';

/** One call of the API. */
export interface Call {
  readonly method: Dispatcher.HttpMethod;
  /** As in RBAC and metrics. */
  readonly verb: string;
  readonly type: ResourceType;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** Media type of the body. Default `application/json`. */
  readonly contentType?: string;
  /** Media type of the answer. Default `application/json`. */
  readonly accept?: string | undefined;
}

interface SendOptions {
  readonly signal: AbortSignal;
  readonly throttledMs: number;
  /** Longest wait for the beginning of the answer, and longest pause within it, in milliseconds; 0: none is too long. */
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
  /** Called at the last moment; throws when the request must not be sent. */
  readonly beforeSend?: (() => void) | undefined;
}

const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_RETRY: RetryPolicy = { attempts: 4, firstDelayMs: 200, longestDelayMs: 5_000 };

/** Sends calls: credentials, rate limit, timeout per attempt, retries, reports. */
export class ApiTransport {
  readonly #connection: ApiConnection;
  readonly #options: ApiClientOptions;

  constructor(connection: ApiConnection, options: ApiClientOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /** Makes a call, repeats it where that may help, and returns the JSON object of its answer. */
  async call(call: Call, options: CallOptions, scope: CallScope | undefined): Promise<object> {
    const signals = [options.signal, scope?.signal].filter((signal) => signal !== undefined);
    const signal = signals.length === 0 ? undefined : AbortSignal.any(signals);
    return await withRetries(() => this.#attempt(call, options, signal, scope), {
      policy: options.retry === false ? { ...DEFAULT_RETRY, attempts: 1 } : (this.#options.retry ?? DEFAULT_RETRY),
      repeatable: call.method !== 'POST',
      signal,
    });
  }

  /** Opens a stream without a limit on its length; one attempt. */
  async open(call: Call, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const headersTimeout = this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const answer = await this.#send(call, { signal, throttledMs: 0, headersTimeout, bodyTimeout: 0 });
    return answer.body;
  }

  async #attempt(
    call: Call,
    options: CallOptions,
    signal: AbortSignal | undefined,
    scope: CallScope | undefined,
  ): Promise<object> {
    signal?.throwIfAborted();
    const throttledMs = (await this.#options.rateLimit?.take(signal)) ?? 0;
    const timeout = AbortSignal.timeout(options.timeoutMs ?? this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const bounded = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    const beforeSend = call.method === 'GET' ? undefined : scope?.beforeWrite;
    // The signal bounds the whole of it.
    const answer = await this.#send(call, {
      signal: bounded,
      throttledMs,
      beforeSend,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return parseObject(call, await answer.body.text());
  }

  /** Sends a request and returns its successful answer, with fresh credentials after a first 401. */
  async #send(call: Call, options: SendOptions): Promise<Dispatcher.ResponseData> {
    const startedMs = performance.now();
    let status = 0;
    try {
      // Credentials are read once for all callers, and so without the signal of any: each waits by its own.
      const access = await unlessAborted(this.#connection.access(), options.signal);
      let answer = await this.#request(call, options, access);
      if (answer.statusCode === 401) {
        await answer.body.dump();
        const renewed = await unlessAborted(this.#connection.access(access), options.signal);
        answer = await this.#request(call, options, renewed);
      }
      status = answer.statusCode;
      if (status < 300) return answer;
      const retryAfter = answer.headers['retry-after'];
      throw new ApiError(
        `${call.verb} ${call.path}`,
        status,
        await answer.body.text(),
        typeof retryAfter === 'string' ? retryAfter : undefined,
      );
    } finally {
      const durationMs = performance.now() - startedMs;
      const { throttledMs } = options;
      this.#options.onRequest?.({ verb: call.verb, resource: call.type.plural, status, durationMs, throttledMs });
    }
  }

  async #request(call: Call, options: SendOptions, access: Access): Promise<Dispatcher.ResponseData> {
    const query = Object.entries(call.query ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const search = query.length === 0 ? '' : `?${new URLSearchParams(query).toString()}`;
    options.beforeSend?.();
    return await request(`${access.baseUrl}${call.path}${search}`, {
      method: call.method,
      dispatcher: access.dispatcher,
      signal: options.signal,
      headersTimeout: options.headersTimeout,
      bodyTimeout: options.bodyTimeout,
      headers: {
        ...access.headers,
        accept: call.accept ?? 'application/json',
        'user-agent': this.#options.userAgent,
        ...(call.body !== undefined && { 'content-type': call.contentType ?? 'application/json' }),
      },
      ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
    });
  }
}

function parseObject(call: Call, text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  // Every answer of the API names its kind; a proxy's error page and half an object do not.
  if (value === null || typeof value !== 'object' || !('kind' in value)) {
    throw new GarbledAnswerError(`${call.verb} ${call.path}`, text);
  }
  return value;
}
