import type { LatePolicy } from './late-ticks.ts';
import { isDropped, isLate } from './late-ticks.ts';

/** Ticks of one flush at most; what is due beyond them goes with the next one. */
export const MAX_TICKS_PER_FLUSH = 10_000;

/** What is due and has not been published. */
export interface DueRange {
  /** The last published position. */
  position: number;
  /** The last one that is due, beyond that. */
  due: number;
}

/**
 * Finds where a flush ends, so that no more than some ticks are sent with it: those that a late one leaves out cost next
 * to nothing and do not count.
 * @param maxTicks ticks that may be sent; more than MAX_TICKS_PER_FLUSH never are
 * @param dueTimeOf when a position was due, unix ms; not earlier for later ones
 * @returns the last position of the flush
 */
export function flushEnd(
  { position, due }: DueRange,
  maxTicks: number,
  late: LatePolicy,
  dueTimeOf: (sequence: number) => number,
  nowMs: number,
): number {
  const last = Math.min(due, position + MAX_TICKS_PER_FLUSH);
  if (!isLate(late, nowMs - dueTimeOf(position + 1))) return Math.min(last, position + maxTicks);
  // The more is looked at, the more of it is superseded.
  if (late.policy === 'conflate') return last;
  let dropped = position;
  while (dropped < last && isDropped(late, nowMs - dueTimeOf(dropped + 1))) dropped++;
  return Math.min(last, dropped + maxTicks);
}
