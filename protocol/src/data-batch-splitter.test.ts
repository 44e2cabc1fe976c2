import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { encodeBatchTick, encodeDataBatchFrame } from './data-batch-encoder.ts';
import { splitDataBatchFrame } from './data-batch-splitter.ts';

const symbol = fc.stringMatching(/^[A-Z0-9._-]{1,16}$/);
const tick = fc.record({
  symbol,
  timestampMs: fc.nat(),
  price: fc.double({ noNaN: true }),
  volume: fc.double({ noNaN: true }),
  bid: fc.constant(0),
  ask: fc.constant(1.5),
  bidSize: fc.nat(),
  askSize: fc.nat(),
  mode: fc.constantFrom(1, 2),
  metadata: fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 }),
});
const fields = fc.record({
  batchTimestampMs: fc.nat(),
  batchSequence: fc.nat(),
  isSnapshot: fc.boolean(),
  streamSequence: fc.maxSafeNat(),
  epoch: fc.string(),
  sequenceDeltas: fc.array(fc.nat(), { maxLength: 5 }),
  previousSequence: fc.maxSafeNat(),
  omitted: fc.nat(),
});

describe('splitDataBatchFrame', () => {
  it('gives back what the frame was built from', () => {
    fc.assert(
      fc.property(fc.array(tick, { maxLength: 5 }), fields, (ticks, batch) => {
        const encoded = ticks.map(encodeBatchTick);
        const split = splitDataBatchFrame(encodeDataBatchFrame(encoded, batch));
        expect(split.ticks.map((each) => each.symbol)).toEqual(ticks.map((each) => each.symbol));
        expect(split.ticks.map(({ bytes }) => bytes.toString('hex'))).toEqual(
          encoded.map((bytes) => bytes.toString('hex')),
        );
        expect(split.fields).toEqual({ ...batch, ticks: [] });
      }),
      { numRuns: 500 },
    );
  });

  it('refuses what is cut off', () => {
    const frame = encodeDataBatchFrame([encodeBatchTick({ ...sample, symbol: 'AAPL' })], { batchSequence: 1 });
    expect(() => splitDataBatchFrame(frame.subarray(0, 9 + 4))).toThrow();
  });
});

const sample = {
  symbol: '',
  timestampMs: 1,
  price: 1,
  volume: 1,
  bid: 1,
  ask: 1,
  bidSize: 1,
  askSize: 1,
  mode: 1 as const,
  metadata: {},
};
