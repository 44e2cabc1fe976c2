import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, GarbledAnswerError } from './api-error.ts';

/** How often and how long to wait between attempts. */
export interface RetryPolicy {
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

const RETRIED_STATUS: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** Codes of failures below HTTP after which the server may or may not have acted. */
const RESET_CODES: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);

/** Name of undici's failure to parse an answer: what came is no HTTP. */
const NO_HTTP = 'HTTPParserError';

/** Longest wait that a server may ask for: one that asks for more is as good as down, and is asked again. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/** Codes of failures after which the server surely has not seen the request. */
const UNSENT_CODES: ReadonlySet<string> = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN']);

function textOf(error: unknown, property: 'code' | 'name'): string {
  const value: unknown = error !== null && typeof error === 'object' ? Reflect.get(error, property) : undefined;
  return typeof value === 'string' ? value : '';
}

/** Whether another attempt may help; `repeatable` says that acting twice does no harm. */
export function isRetriable(error: unknown, repeatable: boolean): boolean {
  if (error instanceof ApiError) {
    return error.status === 429 || (repeatable && RETRIED_STATUS.has(error.status));
  }
  const code = textOf(error, 'code');
  if (UNSENT_CODES.has(code)) return true;
  const name = textOf(error, 'name');
  const isGarbled = error instanceof GarbledAnswerError || name === NO_HTTP;
  return repeatable && (name === 'TimeoutError' || isGarbled || RESET_CODES.has(code));
}

/** How long a server asks to wait before the next request, in milliseconds; undefined when it says nothing. */
export function askedWaitMs(error: unknown): number | undefined {
  const asked = error instanceof ApiError ? error.retryAfterMs : undefined;
  return asked === undefined ? undefined : Math.min(asked, LONGEST_RETRY_AFTER_MS);
}

/**
 * Milliseconds until attempt `attempt` + 1: what the server asks for, else exponential with full jitter, so that
 * clients that failed together do not come back together.
 */
export function retryDelayMs(
  error: unknown,
  attempt: number,
  policy: RetryPolicy,
  random: () => number = Math.random,
): number {
  const asked = askedWaitMs(error);
  const bound = Math.min(policy.firstDelayMs * 2 ** (attempt - 1), policy.longestDelayMs);
  return asked === undefined
    ? Math.ceil(bound * (0.5 + random() / 2))
    : asked + Math.ceil(random() * policy.firstDelayMs);
}

/** Runs `attempt` until it succeeds, the failure is final, or the attempts are used up. */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  options: { readonly policy: RetryPolicy; readonly repeatable: boolean; readonly signal?: AbortSignal | undefined },
): Promise<T> {
  for (let number = 1; ; number += 1) {
    try {
      return await attempt();
    } catch (error) {
      const last = number >= options.policy.attempts || options.signal?.aborted === true;
      if (last || !isRetriable(error, options.repeatable)) throw error;
      await sleep(retryDelayMs(error, number, options.policy), undefined, { signal: options.signal });
    }
  }
}
