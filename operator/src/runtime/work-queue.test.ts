import { describe, expect, it } from '@jest/globals';
import { ManualTimers } from './testing/manual-timers.ts';
import { WorkQueue } from './work-queue.ts';

function queueWithTime(): { queue: WorkQueue; timers: ManualTimers } {
  const timers = new ManualTimers();
  return { queue: new WorkQueue({ timers }), timers };
}

describe('WorkQueue', () => {
  it('holds a key once however often it is added', async () => {
    const { queue } = queueWithTime();
    for (const key of ['a', 'b', 'a', 'a']) queue.add(key);
    expect(queue.length).toBe(2);
    expect([await queue.take(), await queue.take()]).toEqual(['a', 'b']);
  });

  it('hands a key out again after it was added while being processed, and never to two workers at once', async () => {
    const { queue } = queueWithTime();
    queue.add('a');
    expect(await queue.take()).toBe('a');
    queue.add('a');
    queue.add('a');
    expect(queue.length).toBe(0);
    queue.done('a');
    expect(queue.length).toBe(1);
    expect(await queue.take()).toBe('a');
    queue.done('a');
    expect(queue.length).toBe(0);
  });

  it('gives a key to the worker that has waited longest', async () => {
    const { queue } = queueWithTime();
    const [first, second] = [queue.take(), queue.take()];
    queue.add('a');
    queue.add('b');
    expect(await Promise.all([first, second])).toEqual(['a', 'b']);
  });

  it('delays failures of a key exponentially, until it is forgotten', () => {
    const { queue, timers } = queueWithTime();
    for (const delayMs of [5, 10, 20, 40]) {
      queue.addRateLimited('a');
      timers.advance(delayMs - 1);
      expect(queue.length).toBe(0);
      timers.advance(1);
      expect(queue.length).toBe(1);
      void queue.take();
      queue.done('a');
    }
    queue.forget('a');
    queue.addRateLimited('a');
    timers.advance(5);
    expect(queue.length).toBe(1);
  });

  it('never waits longer than the longest back-off', () => {
    const timers = new ManualTimers();
    const queue = new WorkQueue({ timers, longestBackoffMs: 100 });
    for (let failure = 0; failure < 40; failure += 1) queue.addRateLimited('a');
    timers.advance(5);
    void queue.take();
    queue.done('a');
    queue.addRateLimited('a');
    timers.advance(100);
    expect(queue.length).toBe(1);
  });

  it('keeps the shortest of several delays of a key', () => {
    const { queue, timers } = queueWithTime();
    queue.addAfter('a', 100);
    queue.addAfter('a', 10);
    queue.addAfter('a', 50);
    timers.advance(10);
    expect(queue.length).toBe(1);
    void queue.take();
    queue.done('a');
    timers.advance(200);
    expect(queue.length).toBe(0);
  });

  it('on shutdown releases the waiting workers, and waits for those at work', async () => {
    const { queue, timers } = queueWithTime();
    queue.add('a');
    expect(await queue.take()).toBe('a');
    const idle = queue.take();
    queue.addAfter('later', 10);
    let isDown = false;
    const down = queue.shutDown().then(() => (isDown = true));
    expect(await idle).toBeUndefined();
    queue.add('b');
    timers.advance(100);
    expect(await queue.take()).toBeUndefined();
    expect(isDown).toBe(false);
    queue.done('a');
    await down;
    expect(isDown).toBe(true);
  });
});
