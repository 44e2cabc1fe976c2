import { decodeDataBatch, encodeDataBatch, type DataBatch } from '@tick-storm/protocol';
import { describe, expect, it } from '@jest/globals';
import { sequencesOf, ticksOf } from './wire-ticks.ts';

const tick = { symbol: 'AAPL', timestampMs: 1, price: 2, volume: 3, bid: 4, ask: 5, bidSize: 6, askSize: 7, mode: 1 };

function batch(fields: Omit<Partial<DataBatch>, 'ticks'>, ticks = 3): DataBatch {
  return decodeDataBatch(encodeDataBatch({ ...fields, ticks: Array.from({ length: ticks }, () => tick) }));
}

describe('sequencesOf', () => {
  it('counts by one without deltas and by the deltas with them', () => {
    expect(sequencesOf(batch({ streamSequence: 7 }))).toEqual([7, 8, 9]);
    expect(sequencesOf(batch({ streamSequence: 7, sequenceDeltas: [1, 40] }))).toEqual([7, 8, 48]);
  });

  it('gives none to a snapshot or to an original server', () => {
    expect(sequencesOf(batch({ streamSequence: 7, isSnapshot: true }))).toEqual([]);
    expect(sequencesOf(batch({}))).toEqual([]);
  });

  it('refuses deltas that do not fit the ticks', () => {
    expect(() => sequencesOf(batch({ streamSequence: 7, sequenceDeltas: [1] }))).toThrow(
      'a batch of 3 ticks has 1 sequence_deltas',
    );
  });
});

describe('ticksOf', () => {
  it('names the mode and numbers the ticks', () => {
    const live = batch({ streamSequence: 7 }, 1);
    expect(ticksOf(live, sequencesOf(live), 'a', 'minute', 0)).toEqual([
      { ...tick, metadata: {}, mode: 'second', sequence: 7, epoch: 'a', isSnapshot: false },
    ]);
  });

  it('leaves out what the consumer has, and names the mode of a tick that has none', () => {
    const live = batch({ streamSequence: 7 });
    expect(ticksOf(live, sequencesOf(live), 'a', 'second', 2).map(({ sequence }) => sequence)).toEqual([9]);
    const [unnamed] = ticksOf({ ...live, ticks: [{ ...live.ticks[0]!, mode: 0 }] }, [7], 'a', 'minute', 0);
    expect(unnamed?.mode).toBe('minute');
  });

  it('marks a snapshot', () => {
    const snapshot = batch({ streamSequence: 7, isSnapshot: true }, 1);
    expect(ticksOf(snapshot, [], 'a', 'second', 0)[0]).toMatchObject({ sequence: undefined, isSnapshot: true });
  });
});
