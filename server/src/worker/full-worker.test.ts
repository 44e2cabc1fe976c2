import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { decodeDataBatch } from '@tick-storm/protocol';
import { encodeBatch } from '../link/packet.ts';
import { GROUP, LoneWorker } from './lone-worker-fixture.ts';
import { framesOf } from './stream-fixture.ts';

const BATCHES = 5_000;

describe('a worker with more to write than it can', () => {
  let lone: LoneWorker;

  beforeEach(async () => {
    // The worker's own would never end.
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'performance', 'queueMicrotask'] });
    // Whatever is done takes a millisecond for each look at the clock: some batches are a slice.
    let nowMs = 0;
    lone = await LoneWorker.listening(undefined, () => nowMs++);
  });

  afterEach(async () => {
    await lone.end();
    jest.useRealTimers();
  });

  it('lets others log in long before it is through, and writes all in order', async () => {
    const first = await lone.login();
    const frames = framesOf(Array.from({ length: BATCHES }, () => 'a'));
    const stream = Buffer.concat(frames.map((frame) => encodeBatch(GROUP, 0, frame)));
    const passedBefore = lone.passedBytes;
    lone.link.write(stream);
    const others = await Promise.all(Array.from({ length: 20 }, () => lone.login()));
    expect(lone.passedBytes - passedBefore).toBeLessThan(stream.length / 2);

    // Behind everything before it in the order of the link.
    const [last] = framesOf(['a']);
    lone.publish(last!);
    const positions = [...frames, last!].map((frame) => decodeDataBatch(frame.subarray(8, -4)).streamSequence);
    while (others.some(({ batches }) => batches.length === 0) || first.batches.length <= BATCHES) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(first.batches).toEqual(positions);
    // Who joined behind the stream gets none of it.
    for (const { batches } of others) expect(batches).toEqual([positions.at(-1)]);
  });
});
