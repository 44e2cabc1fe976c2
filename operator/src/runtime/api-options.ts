import type { RetryPolicy } from './retry.ts';
import type { TokenBucket } from './token-bucket.ts';

/** One request as the metrics see it. `status` is the HTTP status, or 0 when there was no answer. */
export interface RequestReport {
  readonly verb: string;
  readonly resource: string;
  readonly status: number;
  readonly durationMs: number;
  /** Time that the request had to wait for the rate limit before it was sent, in milliseconds. */
  readonly throttledMs: number;
}

export interface ApiClientOptions {
  readonly userAgent: string;
  /** Time that one attempt may take, in milliseconds. Default 15,000. */
  readonly timeoutMs?: number;
  readonly retry?: RetryPolicy;
  /** Limits how many requests are sent, watches aside (as in client-go). Without one there is no limit. */
  readonly rateLimit?: TokenBucket;
  readonly onRequest?: (report: RequestReport) => void;
}

/** Bounds on a part of a program's calls. */
export interface CallScope {
  /** Cuts all calls short when it aborts. */
  readonly signal: AbortSignal;
  /** Called right before every attempt to write; throws when nothing may be written any more. */
  readonly beforeWrite: () => void;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Overrides the client's time per attempt. */
  readonly timeoutMs?: number;
  /** False: one attempt only. */
  readonly retry?: boolean;
}

/** How a write is to be tried out. */
export interface DryRunOptions {
  /** True: the API server admits and answers as for the real write, and stores nothing. */
  readonly dryRun?: boolean;
  /** True: fields that the kind does not have are an error, as kubectl has it; else they are dropped. */
  readonly strict?: boolean;
}

export interface ApplyOptions extends CallOptions, DryRunOptions {
  readonly fieldManager: string;
  /** True: fields that others own are taken over. False: a 409 says that they differ. */
  readonly force: boolean;
  readonly subresource?: 'status';
}

export interface MergePatchOptions extends CallOptions, DryRunOptions {
  readonly fieldManager: string;
  readonly subresource?: 'scale';
}

export interface ListOptions extends CallOptions {
  readonly labelSelector?: string | undefined;
  readonly limit?: number;
  readonly continue?: string | undefined;
  readonly resourceVersion?: string | undefined;
  /** True: the answer has the metadata of the objects only. */
  readonly metadataOnly?: boolean | undefined;
}

export interface WatchOptions {
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string;
  readonly resourceVersion: string;
  /** Seconds after which the server ends the watch. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
  /** True: the events have the metadata of the objects only. */
  readonly metadataOnly?: boolean | undefined;
}
