import { expect } from '@jest/globals';
import { batchOf, sequencesOf } from './messages.ts';
import type { RawConnection } from './raw-connection.ts';
import { TYPE } from './raw-frame.ts';

/**
 * Checks that a subscriber has every tick from its first live batch on: numbers, batch numbers and the chain of
 * previous sequences.
 * @returns how many ticks it has
 */
export function expectGapless(subscriber: RawConnection): number {
  const batches = subscriber.frames.filter(({ type }) => type === TYPE.DATA_BATCH).map(batchOf);
  const live = batches.filter(({ isSnapshot }) => !isSnapshot);
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
