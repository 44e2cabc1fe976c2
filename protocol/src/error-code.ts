/** Codes of an ERROR frame. */
export const ErrorCode = {
  UNSPECIFIED: 0,
  INVALID_AUTH: 1,
  AUTH_REQUIRED: 2,
  ALREADY_AUTHENTICATED: 3,
  INVALID_SUBSCRIPTION: 4,
  ALREADY_SUBSCRIBED: 5,
  NOT_SUBSCRIBED: 6,
  HEARTBEAT_TIMEOUT: 7,
  INVALID_MESSAGE: 8,
  CHECKSUM_FAILED: 9,
  PROTOCOL_VERSION: 10,
  MESSAGE_TOO_LARGE: 11,
  RATE_LIMITED: 12,
  INTERNAL_ERROR: 13,
  /** Extension: only to clients that announced the feature `resume`; the connection stays open. */
  POSITION_UNAVAILABLE: 14,
} as const;

export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

const names: ReadonlyMap<number, string> = new Map(Object.entries(ErrorCode).map(([name, value]) => [value, name]));

/** The name of an error code (`INVALID_AUTH`, ...), or `UNKNOWN` for a number that has none. */
export function errorCodeName(code: number): string {
  return names.get(code) ?? 'UNKNOWN';
}
