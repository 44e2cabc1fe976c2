import { asRecord, parseJson } from './json-values.ts';

/** What the API server says of a failure (meta/v1 Status). */
interface ReportedStatus {
  readonly reason: string;
  readonly message: string | undefined;
  readonly causes: readonly string[];
  readonly fields: readonly string[];
  readonly resource: string;
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
  /** Fields of the object that were refused, such as `metadata.uid`. */
  readonly fields: readonly string[];
  /** What it is about, as a plural (`namespaces`); empty when the answer does not say. */
  readonly resource: string;
  /** How long the server asks to wait, in milliseconds; undefined when it says nothing. */
  readonly retryAfterMs: number | undefined;

  constructor(request: string, status: number, body: string, retryAfter?: string) {
    const parsed = parseStatus(body);
    super(`${request}: ${status} ${parsed.reason} ${parsed.message ?? body.slice(0, 300)}`.trim());
    this.status = status;
    this.reason = parsed.reason;
    this.causes = parsed.causes;
    this.fields = parsed.fields;
    this.resource = parsed.resource;
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

/**
 * Whether a write was refused because the object is not what the writer has seen: it is of another version (409), it has
 * gone (409 to an apply that names its uid; 404 to a patch is not meant), or another one has its name (422 of the uid,
 * which a patch cannot change). A 422 of anything else is a fault of what was written.
 */
export function isStaleWrite(error: unknown): error is ApiError {
  return hasStatus(error, 409) || (hasStatus(error, 422) && error.fields.includes('metadata.uid'));
}

/**
 * Whether a server-side apply has a field that the kind's schema does not have, or not in that form. The API server answers
 * with a 500 that has no reason, before any validation could tell.
 */
export function isUndeclaredField(error: unknown): error is ApiError {
  return hasStatus(error, 500) && error.message.includes('failed to create typed patch object');
}

/** Whether the failure is that the namespace of the object is being deleted, or has gone. */
export function isNamespaceLost(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return error.causes.includes('NamespaceTerminating') || (error.status === 404 && error.resource === 'namespaces');
}

/** The forms of a date in HTTP (RFC 9110, 5.6.7) begin with the day of the week. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d{2}:\d{2}:\d{2}/;

/** Retry-After is a number of seconds or a date (RFC 9110, 10.2.3); anything else says nothing. */
function parseRetryAfter(value: string): number | undefined {
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  // Date.parse takes "-5" and "in 5 minutes" for days of the year 2001, and so for "at once".
  const dateMs = HTTP_DATE.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - Date.now());
}

/** What the answer says, if it is a Status: what stands between may answer with a JSON of its own. */
function parseStatus(body: string): ReportedStatus {
  const { reason, message, details } = asRecord(parseJson(body));
  const { causes, kind } = asRecord(details);
  const texts = (property: 'reason' | 'field'): string[] =>
    (Array.isArray(causes) ? causes : []).flatMap((cause: unknown) => {
      const text = asRecord(cause)[property];
      return typeof text === 'string' ? [text] : [];
    });
  return {
    reason: typeof reason === 'string' ? reason : '',
    message: typeof message === 'string' ? message : undefined,
    causes: texts('reason'),
    fields: texts('field'),
    // By that name the API server gives the plural of the resource.
    resource: typeof kind === 'string' ? kind : '',
  };
}
