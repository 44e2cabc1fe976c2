import type { SequencedTick } from '../feeds/feed.ts';

/** What becomes of the ticks of a stream that is late for everybody, because its clients are more than the server can write to. */
export interface LatePolicy {
  /** `close`: every tick is sent, however late. */
  readonly policy: 'close' | 'conflate' | 'drop';
  /** How late the first tick of a flush may be, beyond the window. */
  readonly maxAgeMs: number;
  /** For how long ticks are gathered by the settings, which is no delay. */
  readonly windowMs: number;
}

/** Whether a flush leaves ticks out. @param ageMs how long its first one has been due */
export function isLate({ policy, maxAgeMs, windowMs }: LatePolicy, ageMs: number): boolean {
  return policy !== 'close' && ageMs > windowMs + maxAgeMs;
}

/** Whether a late flush leaves a tick out under `drop`. @param ageMs how long it has been due */
export function isDropped({ maxAgeMs, windowMs }: LatePolicy, ageMs: number): boolean {
  return ageMs > windowMs + maxAgeMs / 2;
}

/**
 * Tells which ticks of a late flush are to be sent: under `conflate` the last one of each symbol, under `drop` those
 * that are not older than half the bound.
 * @param dueTimeOf when a position was due, unix ms
 * @returns undefined when all of them are
 */
export function keptOf(
  ticks: readonly SequencedTick[],
  late: LatePolicy,
  dueTimeOf: (sequence: number) => number,
  nowMs: number,
): ((item: SequencedTick) => boolean) | undefined {
  const [first] = ticks;
  if (!first || !isLate(late, nowMs - dueTimeOf(first.sequence))) return undefined;
  if (late.policy === 'drop') return ({ sequence }) => !isDropped(late, nowMs - dueTimeOf(sequence));
  const last = new Map<string, number>();
  for (const { sequence, tick } of ticks) last.set(tick.symbol, sequence);
  return ({ sequence, tick }) => last.get(tick.symbol) === sequence;
}
