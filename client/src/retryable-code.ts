import { ErrorCode } from '@tick-storm/protocol';

const final: ReadonlySet<number> = new Set([
  ErrorCode.INVALID_AUTH,
  ErrorCode.AUTH_REQUIRED,
  ErrorCode.ALREADY_AUTHENTICATED,
  ErrorCode.INVALID_SUBSCRIPTION,
  ErrorCode.ALREADY_SUBSCRIBED,
  ErrorCode.NOT_SUBSCRIBED,
  ErrorCode.INVALID_MESSAGE,
  ErrorCode.PROTOCOL_VERSION,
  ErrorCode.MESSAGE_TOO_LARGE,
]);

/**
 * Whether the same request may succeed on another attempt. It will not when the request itself was refused;
 * it may after a timeout, a damaged frame, a limit, an error inside the server, or a code that is not known here.
 */
export function isRetryableCode(code: number): boolean {
  return !final.has(code);
}
