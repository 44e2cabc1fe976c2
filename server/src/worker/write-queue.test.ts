import { beforeEach, describe, expect, it } from '@jest/globals';
import { encodeFrame, MessageType } from '@tick-storm/protocol';
import { SharedFrames } from './shared-frames.ts';
import type { SeenBatch } from './stream-fixture.ts';
import { framesOf, seenIn } from './stream-fixture.ts';
import { WriteQueue } from './write-queue.ts';

const bounds = { maxFrames: 4, maxBytes: 100_000, maxAgeMs: 1_000 };
const pong = encodeFrame(MessageType.PONG, Buffer.alloc(8));

describe('WriteQueue', () => {
  let queue: WriteQueue;

  beforeEach(() => {
    queue = new WriteQueue();
  });

  /** One flush a batch, at times 0, 1, 2 and so on. */
  function pushStream(...texts: string[]): void {
    for (const [index, frame] of framesOf(texts).entries()) queue.push(new SharedFrames(frame), index);
  }

  function takeAll(): SeenBatch[] {
    const chunks = queue.take(Infinity, 7);
    return seenIn(Buffer.concat(chunks.map(({ bytes }) => bytes)));
  }

  it('gives what was put in, in order, as much as fits and at least one', () => {
    const frames = framesOf(['AB', 'C', 'D']);
    queue.push(pong, 0);
    for (const frame of frames) queue.push(new SharedFrames(frame), 1);
    const taken = [...queue.take(pong.length + frames[0]!.length, 7), ...queue.take(1, 7), ...queue.take(1_000, 7)];
    expect(taken.map(({ bytes }) => bytes)).toEqual([pong, ...frames]);
    expect([queue.isEmpty, queue.bytes]).toEqual([true, 0]);
  });

  it('keeps its own copy of shared frames, whose memory is soon used for others', () => {
    const [frame] = framesOf(['AB']);
    const memory = Buffer.from(frame!);
    queue.push(new SharedFrames(memory), 0);
    memory.fill(0);
    expect(queue.take(1, 7)[0]?.bytes).toEqual(frame);
  });

  it.each([
    ['frames', { ...bounds, maxFrames: 2 }, 5],
    ['bytes', { ...bounds, maxBytes: 2 * pong.length }, 5],
    ['age', bounds, 1_001],
  ] as const)('says that its %s are above the bound', (which, limits, nowMs) => {
    queue.push(pong, 0);
    queue.push(pong, 0);
    expect(queue.exceeded(limits, 5)).toBeUndefined();
    if (which !== 'age') queue.push(pong, 5);
    expect(queue.exceeded(limits, nowMs)).toBe(which);
    expect(queue.exceededByOthers(limits)).toBe(which === 'age' ? undefined : which);
  });

  it('counts every frame of a flush', () => {
    queue.push(new SharedFrames(Buffer.concat(framesOf(['A', 'B', 'C', 'D', 'E']))), 0);
    expect(queue.exceeded(bounds, 0)).toBe('frames');
    expect(queue.exceededByOthers(bounds)).toBeUndefined();
  });

  it('conflates over flushes, keeps other frames before, and is as old as the newest', () => {
    pushStream('AB', 'A', 'AC');
    queue.push(pong, 3);
    expect(queue.conflate()).toBe(2);
    expect(queue.exceeded(bounds, 1_002)).toBeUndefined();
    const [first, second] = queue.take(Infinity, 7);
    expect(first?.bytes).toBe(pong);
    expect(seenIn(second!.bytes)).toMatchObject([
      { symbols: 'BAC', batchSequence: 52, previousSequence: 103, omitted: 2, epoch: 'e' },
    ]);
  });

  it('conflates again what it has conflated', () => {
    pushStream('AB', 'A', 'AC', 'B', 'D');
    const [last] = queue.take(Infinity, 7).slice(-1);
    pushStream('AB', 'A', 'AC', 'B');
    expect([queue.conflate(), queue.conflate()]).toEqual([3, 0]);
    queue.push(last!.bytes, 5);
    expect(takeAll()).toMatchObject([
      { symbols: 'ACB', batchSequence: 53, previousSequence: 109, omitted: 3 },
      { symbols: 'D', batchSequence: 54, previousSequence: 118, omitted: 0 },
    ]);
  });

  it('hands the shared bytes on where nothing is superseded', () => {
    pushStream('A', 'B');
    expect(queue.conflate()).toBe(0);
    expect(takeAll()).toEqual(seenIn(Buffer.concat(framesOf(['A', 'B']))));
  });

  it('drops the oldest until half is free, and the next batch tells how many', () => {
    pushStream('AB', 'C', 'D', 'E', 'F');
    queue.push(pong, 9);
    // 5 batches and a PONG; 2 frames may stay.
    expect(queue.dropOldest(bounds, 9)).toBe(5);
    const [first, second] = queue.take(Infinity, 7);
    expect(first?.bytes).toBe(pong);
    expect(seenIn(second!.bytes)).toEqual([
      { symbols: 'F', positions: [118], batchSequence: 54, previousSequence: 115, omitted: 5, epoch: 'e' },
    ]);
    expect(queue.isEmpty).toBe(true);
  });

  it('drops what is older than half the age', () => {
    pushStream('A', 'B', 'C');
    expect(queue.dropOldest(bounds, 501)).toBe(1);
    expect(takeAll()).toMatchObject([
      { symbols: 'B', batchSequence: 51, previousSequence: 103, omitted: 1 },
      { symbols: 'C', batchSequence: 52, omitted: 0 },
    ]);
  });

  it('adds up what was dropped at different times, and never drops the newest', () => {
    pushStream('A', 'B', 'C');
    expect([queue.dropOldest(bounds, 501), queue.dropOldest(bounds, 5_000), queue.dropOldest(bounds, 5_000)]).toEqual([
      1, 1, 0,
    ]);
    expect(takeAll()).toMatchObject([
      { symbols: 'C', batchSequence: 52, previousSequence: 106, omitted: 2, epoch: 'e' },
    ]);
  });
});
