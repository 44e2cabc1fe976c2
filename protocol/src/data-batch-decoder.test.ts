import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { decodePlainDataBatch } from './data-batch-decoder.ts';
import { decodeAnyDataBatch, encodeDataBatch } from './messages.ts';

const text = fc.stringMatching(/^[A-Z0-9._-]{0,20}$/);
const integer = fc.maxSafeNat();
const double = fc.double();
const tick = fc.record({
  symbol: text,
  timestampMs: integer,
  price: double,
  volume: double,
  bid: double,
  ask: double,
  bidSize: integer,
  askSize: integer,
  mode: fc.nat(3),
});
const batch = fc.record({
  ticks: fc.array(tick, { maxLength: 4 }),
  batchTimestampMs: integer,
  batchSequence: fc.nat(0xffffffff),
  isSnapshot: fc.boolean(),
  streamSequence: integer,
  epoch: text,
  sequenceDeltas: fc.array(fc.nat(0xffffffff), { maxLength: 4 }),
  previousSequence: integer,
  omitted: fc.nat(0xffffffff),
});

describe('decodePlainDataBatch', () => {
  it('gives what the general decoder gives', () => {
    fc.assert(
      fc.property(batch, (message) => {
        const payload = encodeDataBatch(message);
        expect(decodePlainDataBatch(payload)).toEqual(decodeAnyDataBatch(payload));
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same or nothing for bytes that are cut, changed or joined', () => {
    const change = fc.record({ at: fc.nat(500), byte: fc.nat(255) });
    let decoded = 0;
    fc.assert(
      fc.property(batch, batch, fc.array(change, { maxLength: 3 }), fc.nat(500), (first, second, changes, cut) => {
        const payload = Buffer.concat([encodeDataBatch(first), encodeDataBatch(second)]);
        for (const { at, byte } of changes) if (payload.length > 0) payload[at % payload.length] = byte;
        const bytes = payload.subarray(0, cut % 3 === 0 ? cut : payload.length);
        const plain = decodePlainDataBatch(bytes);
        if (!plain) return;
        decoded += 1;
        expect(plain).toEqual(decodeAnyDataBatch(bytes));
      }),
      { numRuns: 1_000 },
    );
    expect(decoded).toBeGreaterThan(100);
  });

  it.each([
    ['a field that is not known here', '5001'],
    ['metadata', '0a0852060a016b120176'],
    ['a negative number', '10ffffffffffffffffff01'],
    ['text beyond ASCII', '3202c3a9'],
    ['a tick that ends behind the batch', '0a7f0a0141'],
    ['a number that does not end', '1080'],
    ['a price that is cut off', '0a0419000000'],
  ])('leaves %s to the general decoder', (_, hex) => {
    expect(decodePlainDataBatch(Buffer.from(hex, 'hex'))).toBeUndefined();
  });

  it('gives the same string for a symbol that comes again', () => {
    const symbols = ['AAPL', 'MSFT', 'AAPL', 'AN-UNUSUALLY-LONG-NAME', ''];
    const payload = encodeDataBatch({ ticks: symbols.map((symbol) => ({ symbol, timestampMs: 1 })) });
    expect(decodePlainDataBatch(payload)?.ticks.map(({ symbol }) => symbol)).toEqual(symbols);
  });
});
