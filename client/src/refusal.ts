import { errorCodeName, type ErrorResponse } from '@tick-storm/protocol';
import { TickStormError } from './errors.ts';
import { isRetryableCode } from './retryable-code.ts';

/**
 * What an ERROR frame makes of its connection.
 * @param address `HOST:PORT` of the server that sent it
 */
export function refusalOf(address: string, error: ErrorResponse): TickStormError {
  const { code, message, details, timestampMs } = error;
  const name = errorCodeName(code);
  const suffix = details === '' ? '' : ` (${details})`;
  return new TickStormError(`${address} refuses: ${name}: ${message}${suffix}`, {
    kind: 'server',
    isRetryable: isRetryableCode(code),
    address,
    server: {
      code,
      name,
      message,
      details,
      timestampMs,
      // 0 and '' mean "not sent", as in proto3.
      earliestSequence: error.earliestSequence || undefined,
      epoch: error.epoch || undefined,
    },
  });
}
