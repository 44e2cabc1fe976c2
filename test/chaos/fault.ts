/** What a proxy does to one request instead of passing it on and its answer back. */
export type Fault =
  /** Answered without asking the API server. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number }
  /** The connection breaks before the API server sees the request. */
  | { readonly kind: 'reset' }
  /** The API server acts, and its answer is lost with the connection. */
  | { readonly kind: 'lose-answer' }
  /** The answer breaks off after so many bytes; of a watch, in the middle of a line. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** The answer stops after so many bytes, and the connection stays open. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  /** Something else than JSON, with status 200. */
  | { readonly kind: 'garbage' }
  /** A watch is told that its version has expired. */
  | { readonly kind: 'expire' }
  /** A list is answered as it was answered before, if it was. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'delay'; readonly ms: number };

/** A request as a proxy sees it. */
export interface ProxiedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly isWatch: boolean;
  /** Whether it is the first page of a list. */
  readonly isList?: boolean;
}

/** Whether a request changes what the operator is for; its lease and its events are about itself. */
export function isWorkWrite({ method, path }: ProxiedRequest): boolean {
  return method !== 'GET' && !/\/(leases|events)(\/|$)/.test(path);
}
