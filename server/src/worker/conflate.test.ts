import { describe, expect, it } from '@jest/globals';
import { decodeDataBatch, encodeBatchTick, encodeDataBatchFrame, FrameDecoder } from '@tick-storm/protocol';
import * as fc from 'fast-check';
import { conflate } from './conflate.ts';
import type { LiveBatch } from './live-batch.ts';
import { encodeLiveBatch, readLiveBatch } from './live-batch.ts';

const blank = { timestampMs: 1, price: 1, volume: 1, bid: 1, ask: 1, bidSize: 1, askSize: 1, mode: 1, metadata: {} };

/** A stream that is 3 positions wide for each of its ticks, so that steps are seldom 1. */
const STEP = 3;
const FIRST_NUMBER = 50;

/** Consecutive batches of a stream: one text a batch, one letter a symbol. */
function streamOf(texts: readonly string[]): LiveBatch[] {
  let sequence = 100;
  return texts.map((text, index) => {
    const symbols = [...text];
    const frame = encodeDataBatchFrame(
      symbols.map((symbol) => encodeBatchTick({ ...blank, symbol })),
      {
        batchSequence: FIRST_NUMBER + index,
        previousSequence: sequence,
        streamSequence: sequence + STEP,
        sequenceDeltas: symbols.slice(1).map(() => STEP),
      },
    );
    sequence += STEP * symbols.length;
    return readLiveBatch(frame);
  });
}

interface Seen {
  symbols: string;
  batchSequence: number;
  positions: number[];
  previousSequence: number;
  omitted: number;
}

/** What a client gets. */
function seen(batches: readonly LiveBatch[]): Seen[] {
  return batches.map((batch) => {
    const decoder = new FrameDecoder();
    decoder.push(encodeLiveBatch(batch, 1));
    const { ticks, batchSequence, previousSequence, omitted, ...fields } = decodeDataBatch(decoder.next()!.payload);
    const positions = ticks.map((_, index) =>
      fields.sequenceDeltas.slice(0, index).reduce((sum, delta) => sum + delta, fields.streamSequence),
    );
    const symbols = ticks.map(({ symbol }) => symbol).join('');
    return { symbols, batchSequence, positions, previousSequence, omitted };
  });
}

describe('conflate', () => {
  it('changes nothing where no tick is superseded', () => {
    const batches = streamOf(['AB', 'C', 'D']);
    expect(conflate(batches)).toEqual(batches);
  });

  it('keeps the last tick of each symbol in order, and tells how many it left out', () => {
    // Positions: A 103, B 106, A 109, C 112.
    expect(seen(conflate(streamOf(['AB', 'AC'])))).toEqual([
      { symbols: 'BAC', positions: [106, 109, 112], batchSequence: 51, previousSequence: 103, omitted: 1 },
    ]);
  });

  it('lets a batch of which nothing remains go, with its number', () => {
    expect(seen(conflate(streamOf(['A', 'B', 'A', 'C'])))).toMatchObject([
      { symbols: 'BAC', batchSequence: 53, previousSequence: 103, omitted: 1 },
    ]);
  });

  it('leaves batches before the first omission as they are', () => {
    const batches = streamOf(['X', 'A', 'B', 'AC']);
    expect(seen(conflate(batches))).toMatchObject([
      { symbols: 'X', batchSequence: 50, previousSequence: 100, omitted: 0 },
      { symbols: 'BAC', batchSequence: 53, previousSequence: 106, omitted: 1 },
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
        let position = 100;
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
