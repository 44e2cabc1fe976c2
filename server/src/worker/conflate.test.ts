import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { conflate } from './conflate.ts';
import type { LiveBatch } from './live-batch.ts';
import { encodeLiveBatch, readLiveBatch } from './live-batch.ts';
import type { SeenBatch } from './stream-fixture.ts';
import { FIRST_NUMBER, framesOf, seenIn, START, STEP } from './stream-fixture.ts';

function streamOf(texts: readonly string[]): LiveBatch[] {
  return framesOf(texts).map(readLiveBatch);
}

/** What a client gets. */
function seen(batches: readonly LiveBatch[]): SeenBatch[] {
  return seenIn(Buffer.concat(batches.map((batch) => encodeLiveBatch(batch, 1))));
}

describe('conflate', () => {
  it('changes nothing where no tick is superseded', () => {
    const batches = streamOf(['AB', 'C', 'D']);
    expect(conflate(batches)).toEqual(batches);
  });

  it('keeps the last tick of each symbol in order, and tells how many it left out', () => {
    // Positions: A 103, B 106, A 109, C 112.
    expect(seen(conflate(streamOf(['AB', 'AC'])))).toEqual([
      { symbols: 'BAC', positions: [106, 109, 112], batchSequence: 51, previousSequence: 103, omitted: 1, epoch: 'e' },
    ]);
  });

  it('lets a batch of which nothing remains go, with its number', () => {
    expect(seen(conflate(streamOf(['A', 'B', 'A', 'C'])))).toMatchObject([
      { symbols: 'BAC', batchSequence: 53, previousSequence: 103, omitted: 1 },
    ]);
  });

  it('joins the batches around an omission, over one of which nothing remains', () => {
    expect(seen(conflate(streamOf(['XA', 'B', 'A', 'AC'])))).toMatchObject([
      { symbols: 'XBAC', positions: [103, 109, 115, 118], batchSequence: 53, previousSequence: 100, omitted: 2 },
    ]);
  });

  it('tells what was left out behind the last tick of a batch in the next one', () => {
    // A batch of the most ticks that fit, the last of which is superseded, cannot be joined with what follows.
    const many = Array.from({ length: 1_000 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join('');
    const [first, ...others] = seen(conflate(streamOf([`${many}A`.slice(1), `BCA`])));
    expect(first).toMatchObject({ batchSequence: 50, omitted: 0, symbols: many.slice(1) });
    expect(others).toMatchObject([{ batchSequence: 51, omitted: 1, symbols: 'BCA', previousSequence: 3_100 }]);
  });

  it('holds its rules over any stream, however often it is done', () => {
    const batch = fc.stringMatching(/^[A-E]{1,6}$/);
    fc.assert(
      fc.property(fc.array(batch, { minLength: 1, maxLength: 12 }), fc.array(fc.nat(12)), (texts, cuts) => {
        const stream = streamOf(texts);
        const all = stream.flatMap(({ ticks }) => ticks);
        let waiting: LiveBatch[] = [];
        for (const [index, next] of stream.entries()) {
          waiting.push(next);
          if (cuts.includes(index)) waiting = conflate(waiting);
        }
        const result = conflate(waiting);
        const latest = new Map(all.map(({ symbol, sequence }) => [symbol, sequence]));
        const kept = seen(result).flatMap(({ positions }) => positions);
        expect(kept).toEqual([...latest.values()].sort((a, b) => a - b));
        expect(result.at(-1)?.batchSequence).toBe(FIRST_NUMBER + texts.length - 1);
        let position = START;
        let number = FIRST_NUMBER - 1;
        for (const { positions, previousSequence, batchSequence, omitted } of seen(result)) {
          expect(positions.length + omitted).toBe((positions.at(-1)! - position) / STEP);
          // The place in the stream before the first tick, whether that was sent or not.
          expect(previousSequence).toBe(positions[0]! - STEP);
          expect(batchSequence).toBeGreaterThan(number);
          // A number is missing only where ticks are.
          if (batchSequence !== number + 1) expect(omitted).toBeGreaterThan(0);
          position = positions.at(-1)!;
          number = batchSequence;
        }
        expect(position).toBe(all.at(-1)!.sequence);
      }),
    );
  });
});
