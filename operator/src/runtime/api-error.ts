/** The body that the API server sends with a failure (meta/v1 Status). */
interface StatusBody {
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string }[] };
}

/** A request that the API server answered with a failure. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status code. */
  readonly status: number;
  /** Machine-readable reason, such as `Conflict`; empty when the answer was no Status. */
  readonly reason: string;
  /** Reasons of what is behind it, such as `NamespaceTerminating`. */
  readonly causes: readonly string[];
  /** How long the server asks to wait, in milliseconds; undefined when it says nothing. */
  readonly retryAfterMs: number | undefined;

  constructor(request: string, status: number, body: string, retryAfter?: string) {
    const parsed = parseStatus(body);
    super(`${request}: ${status} ${parsed.reason ?? ''} ${parsed.message ?? body.slice(0, 300)}`.trim());
    this.status = status;
    this.reason = parsed.reason ?? '';
    this.causes = (parsed.details?.causes ?? []).flatMap(({ reason }) => reason ?? []);
    this.retryAfterMs = retryAfter === undefined ? undefined : parseRetryAfter(retryAfter);
  }
}

/** An answer that says success and yet is not what the API sends, such as half of it or a proxy's own page. */
export class GarbledAnswerError extends Error {
  override readonly name = 'GarbledAnswerError';

  constructor(request: string, body: string) {
    super(`${request}: the answer is not the JSON object that was asked for: ${JSON.stringify(body.slice(0, 100))}`);
  }
}

/** Whether the failure is an answer of the API server with this HTTP status code. */
export function hasStatus(error: unknown, status: number): error is ApiError {
  return error instanceof ApiError && error.status === status;
}

/** Retry-After is a number of seconds or a date (RFC 9110, 10.2.3); anything else says nothing. */
function parseRetryAfter(value: string): number | undefined {
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const dateMs = Date.parse(value);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - Date.now());
}

function parseStatus(body: string): StatusBody {
  try {
    const value: unknown = JSON.parse(body);
    return value !== null && typeof value === 'object' ? value : {};
  } catch {
    return {};
  }
}
