/** How the pauses between attempts to connect grow. */
export interface BackoffSettings {
  /** The first pause is drawn from 0 to this. */
  baseDelayMs: number;
  /** No pause is longer than this. */
  maxDelayMs: number;
}

/**
 * A pause with full jitter: drawn evenly from 0 to `min(maxDelayMs, baseDelayMs · 2^attempt)`, so that
 * clients which lost the same server at the same moment do not come back at the same moment.
 * @param attempt 0 for the first pause
 * @param random a number in [0, 1)
 * @returns milliseconds
 */
export function backoffDelayMs(attempt: number, settings: BackoffSettings, random: number): number {
  const ceilingMs = Math.min(settings.maxDelayMs, settings.baseDelayMs * 2 ** attempt);
  return Math.floor(random * ceilingMs);
}
