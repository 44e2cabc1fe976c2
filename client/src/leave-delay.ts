import { MAX_TIMER_MS } from './max-timer-ms.ts';

/**
 * How long to wait before leaving a server that said GOAWAY, at random within what it grants.
 * @param reconnectWithinMs as the server sent it: any int64
 * @param random a number in [0, 1)
 */
export function leaveDelayMs(reconnectWithinMs: number, random: number): number {
  return random * Math.min(Math.max(reconnectWithinMs, 0), MAX_TIMER_MS);
}
