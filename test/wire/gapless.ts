import { expect } from '@jest/globals';
import { sequencesOf } from './messages.ts';
import type { RawConnection } from './raw-connection.ts';
import { streamBatches } from './received.ts';

/**
 * Checks that a subscriber has every tick from its first live batch on: numbers, batch numbers and the chain of
 * previous sequences.
 * @returns how many ticks it has
 */
export function expectGapless(subscriber: RawConnection): number {
  const live = streamBatches(subscriber);
  let ticks = 0;
  for (const [index, batch] of live.entries()) {
    ticks += batch.ticks.length;
    if (index === 0) continue;
    const last = live[index - 1]!;
    expect([batch.previousSequence, batch.batchSequence]).toEqual([sequencesOf(last).at(-1), last.batchSequence + 1]);
    expect(batch.omitted).toBe(0);
  }
  return ticks;
}
