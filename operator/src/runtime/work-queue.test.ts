import { describe, expect, it, jest } from '@jest/globals';
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

  it('hands out news before routine, and moves a key to the front when there is news of it', async () => {
    const { queue, timers } = queueWithTime();
    for (const key of ['a', 'b', 'c']) queue.add(key, 'routine');
    queue.addAfter('d', 10);
    timers.advance(10);
    queue.add('b');
    queue.add('a', 'routine');
    expect(queue.length).toBe(4);
    const order = [];
    while (queue.length > 0) order.push(await queue.take());
    expect(order).toEqual(['d', 'b', 'a', 'c']);
  });

  it('keeps in mind that there is news of a key that a worker has', async () => {
    const { queue } = queueWithTime();
    queue.add('a');
    await queue.take();
    queue.add('a', 'routine');
    queue.add('a');
    queue.add('b', 'routine');
    queue.done('a');
    expect(await queue.take()).toBe('a');
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

  it('bounds the retries of all keys together, as the bucket of client-go does', () => {
    const timers = new ManualTimers();
    const queue = new WorkQueue({ timers, retriesPerSecond: 10, retryBurst: 2 });
    for (const key of ['a', 'b', 'c', 'd']) queue.addRateLimited(key);
    timers.advance(5);
    expect(queue.length).toBe(2);
    timers.advance(94);
    expect(queue.length).toBe(2);
    timers.advance(1);
    expect(queue.length).toBe(3);
    timers.advance(100);
    expect(queue.length).toBe(4);
  });

  it('tells an observer of adds, waits, work and retries, and how long keys have been at work', async () => {
    const seen: string[] = [];
    const timers = new ManualTimers();
    const observer = {
      added: () => seen.push('added'),
      started: (waitedMs: number) => seen.push(`started after ${waitedMs}`),
      finished: (workedMs: number) => seen.push(`finished after ${workedMs}`),
      retried: () => seen.push('retried'),
    };
    const queue = new WorkQueue({ timers, observer });
    queue.add('a');
    queue.add('a');
    queue.add('b');
    timers.advance(7);
    await queue.take();
    await queue.take();
    timers.advance(20);
    expect(queue.state).toEqual({ depth: 0, unfinishedMs: 40, longestRunningMs: 20 });
    queue.done('a');
    queue.addRateLimited('b');
    queue.done('b');
    expect(queue.state).toEqual({ depth: 0, unfinishedMs: 0, longestRunningMs: 0 });
    expect(seen).toEqual([
      'added',
      'added',
      'started after 7',
      'started after 7',
      'finished after 20',
      'retried',
      'finished after 20',
    ]);
  });

  it('waits for longer than one timer can', () => {
    jest.useFakeTimers();
    try {
      const queue = new WorkQueue();
      const monthMs = 31 * 24 * 3_600_000;
      queue.addAfter('a', monthMs);
      queue.addAfter('never', Number.POSITIVE_INFINITY);
      jest.advanceTimersByTime(monthMs - 1);
      expect(queue.length).toBe(0);
      jest.advanceTimersByTime(1);
      expect(queue.length).toBe(1);
      queue.addAfter('b', monthMs);
      void queue.shutDown();
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  it('refuses to have a key given back that it did not hand out', () => {
    const { queue } = queueWithTime();
    expect(() => queue.done('a')).toThrow('the key a was not handed out');
  });
});
