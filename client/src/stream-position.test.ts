import { describe, expect, it } from '@jest/globals';
import { StreamPosition, type BatchHead } from './stream-position.ts';

function batch(sequences: number[], previousSequence: number, more: Partial<BatchHead> = {}): BatchHead {
  return { isSnapshot: false, batchSequence: 1, epoch: '', sequences, previousSequence, omitted: 0, ...more };
}

function subscribed(takesAllSymbols = true): StreamPosition {
  const stream = new StreamPosition(takesAllSymbols, undefined);
  stream.begin({ epoch: 'a', sequence: 100 }, 'live');
  return stream;
}

describe('StreamPosition within a connection', () => {
  it('finds nothing missing while each batch names the one before', () => {
    const stream = subscribed();
    expect(stream.accept(batch([101, 102], 100, { epoch: 'a' }))).toEqual({ duplicates: 0, gap: undefined });
    expect(stream.accept(batch([103], 102))).toEqual({ duplicates: 0, gap: undefined });
    expect(stream.position).toEqual({ epoch: 'a', sequence: 103 });
  });

  it('finds nothing missing when a filtered stream skips the ticks of other symbols', () => {
    const stream = subscribed(false);
    expect(stream.accept(batch([105, 190], 97)).gap).toBeUndefined();
    expect(stream.accept(batch([400], 190)).gap).toBeUndefined();
  });

  it('tells the exact extent of a loss in a full stream', () => {
    const stream = subscribed();
    stream.accept(batch([101], 100));
    expect(stream.accept(batch([110, 111], 109)).gap).toEqual({
      reason: 'loss',
      epoch: 'a',
      fromSequence: 102,
      toSequence: 109,
      missingTicks: 8,
      newEpoch: undefined,
    });
    expect(stream.accept(batch([112], 111)).gap).toBeUndefined();
  });

  it('tells the range, and no false count, of a loss in a filtered stream', () => {
    const stream = subscribed(false);
    expect(stream.accept(batch([120], 110)).gap).toMatchObject({
      fromSequence: 101,
      toSequence: 110,
      missingTicks: undefined,
    });
  });

  it('counts what the server says it left out, before a batch and within it', () => {
    const stream = subscribed();
    expect(stream.accept(batch([105, 108], 104, { omitted: 6 })).gap).toMatchObject({
      reason: 'omitted',
      fromSequence: 101,
      toSequence: 107,
      missingTicks: 6,
    });
    expect(stream.accept(batch([109, 111], 108, { omitted: 1 })).gap).toMatchObject({
      fromSequence: 109,
      missingTicks: 1,
    });
    expect(stream.accept(batch([112], 111)).gap).toBeUndefined();
  });

  it('does not count as left out what it has from the server before', () => {
    const moved = (takesAllSymbols: boolean): StreamPosition => {
      const stream = subscribed(takesAllSymbols);
      stream.begin({ epoch: 'a', sequence: 100 }, 'resumed');
      // The server before went on up to 150 meanwhile.
      stream.accept(
        batch(
          Array.from({ length: 50 }, (_, index) => 101 + index),
          100,
        ),
      );
      return stream;
    };
    const next = batch([160], 100, { omitted: 59 });
    expect(moved(true).accept(next).gap).toMatchObject({ fromSequence: 151, toSequence: 159, missingTicks: 9 });
    expect(moved(false).accept(next).gap).toMatchObject({
      fromSequence: 151,
      toSequence: 159,
      missingTicks: undefined,
    });
  });

  it('finds nothing missing where the next server left out what the one before had sent', () => {
    for (const takesAllSymbols of [true, false]) {
      const stream = subscribed(takesAllSymbols);
      stream.accept(batch([101, 102, 103, 104], 100));
      stream.begin({ epoch: 'a', sequence: 104 }, 'resumed');
      expect(stream.accept(batch([101, 104, 105], 100, { omitted: 2 }))).toEqual({ duplicates: 2, gap: undefined });
    }
  });

  it('takes a snapshot as state: it neither moves the position nor hides a loss', () => {
    const stream = subscribed();
    expect(stream.accept(batch([], 0, { isSnapshot: true }))).toEqual({ duplicates: 0, gap: undefined });
    expect(stream.position.sequence).toBe(100);
    expect(stream.accept(batch([103], 102)).gap).toMatchObject({ fromSequence: 101, toSequence: 102 });
  });

  it('starts from the first batch when the server did not say where the subscription began', () => {
    const stream = new StreamPosition(true, undefined);
    stream.begin({ epoch: undefined, sequence: undefined }, 'live');
    expect(stream.accept(batch([51], 50, { epoch: 'a' }))).toEqual({ duplicates: 0, gap: undefined });
    expect(stream.position).toEqual({ epoch: 'a', sequence: 51 });
  });
});

describe('StreamPosition over a reconnect', () => {
  it('reports what passed meanwhile at the first live batch, once', () => {
    const stream = subscribed();
    stream.accept(batch([101], 100));
    expect(stream.begin({ epoch: 'a', sequence: 150 }, 'live')).toBeUndefined();
    stream.accept(batch([], 0, { isSnapshot: true, epoch: 'a' }));
    expect(stream.accept(batch([152], 151, { epoch: 'a' })).gap).toEqual({
      reason: 'reconnect',
      epoch: 'a',
      fromSequence: 102,
      toSequence: 151,
      missingTicks: 50,
      newEpoch: undefined,
    });
    expect(stream.accept(batch([154], 153)).gap?.reason).toBe('loss');
  });

  it('reports nothing when nothing passed', () => {
    const stream = subscribed();
    stream.begin({ epoch: 'a', sequence: 100 }, 'live');
    expect(stream.accept(batch([101], 100)).gap).toBeUndefined();
  });

  it('marks as duplicates what another server, a moment behind, sends again', () => {
    const stream = subscribed();
    stream.accept(batch([101, 102, 103], 100));
    stream.begin({ epoch: 'a', sequence: 101 }, 'live');
    expect(stream.accept(batch([102, 103, 104], 101))).toEqual({ duplicates: 2, gap: undefined });
    expect(stream.accept(batch([105], 104))).toEqual({ duplicates: 0, gap: undefined });
  });

  it('reports a new epoch as a gap with the end of the one and the start of the other, and counts anew', () => {
    const stream = subscribed();
    stream.accept(batch([101], 100));
    expect(stream.begin({ epoch: 'b', sequence: 7 }, 'live')).toMatchObject({
      reason: 'epoch',
      epoch: 'a',
      fromSequence: 102,
      newEpoch: { epoch: 'b', sequence: 7 },
    });
    expect(stream.accept(batch([8], 7, { epoch: 'b' }))).toEqual({ duplicates: 0, gap: undefined });
    expect(stream.position).toEqual({ epoch: 'b', sequence: 8 });
  });

  it('notices an epoch that changes in the middle of a connection', () => {
    const stream = subscribed();
    expect(stream.accept(batch([3], 2, { epoch: 'b' })).gap?.reason).toBe('epoch');
    expect(stream.accept(batch([4], 3)).gap).toBeUndefined();
  });
});

describe('StreamPosition with a server of the original protocol', () => {
  it('takes a jump of batch_sequence as a loss of unknown extent', () => {
    const stream = new StreamPosition(true, undefined);
    stream.begin({ epoch: undefined, sequence: undefined }, 'live');
    expect(stream.accept(batch([], 0, { batchSequence: 5 })).gap).toBeUndefined();
    expect(stream.accept(batch([], 0, { batchSequence: 6 })).gap).toBeUndefined();
    expect(stream.accept(batch([], 0, { batchSequence: 8 })).gap).toMatchObject({
      reason: 'loss',
      missingTicks: undefined,
    });
  });

  it('says after a reconnect that ticks may be missing', () => {
    const stream = new StreamPosition(true, undefined);
    stream.begin({ epoch: undefined, sequence: undefined }, 'live');
    stream.accept(batch([], 0, { batchSequence: 5 }));
    stream.begin({ epoch: undefined, sequence: undefined }, 'live');
    expect(stream.accept(batch([], 0, { batchSequence: 1 })).gap?.reason).toBe('reconnect');
  });
});
