import { setImmediate as turnEnd } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { PacedQueue } from './paced-queue.ts';

/** Work of some milliseconds. */
interface Task {
  name: number;
  ms: number;
}

describe('PacedQueue', () => {
  let nowMs: number;
  let events: number;
  /** Names of the tasks, in the order in which they were done. */
  let done: number[];
  let slicesMs: number[];
  /** Names of those that had to wait. */
  let kept: number[];
  let queue: PacedQueue<Task>;

  function newQueue(): PacedQueue<Task> {
    [nowMs, events, done, slicesMs, kept] = [0, 0, [], [], []];
    return new PacedQueue<Task>({
      monotonicNow: () => nowMs,
      eventCount: () => events,
      work: ({ name, ms }) => {
        nowMs += ms;
        done.push(name);
      },
      keep: (task) => {
        kept.push(task.name);
        return { ...task };
      },
      onSlice: (busyMs) => slicesMs.push(busyMs),
    });
  }

  const tasks = (count: number, ms: number): Task[] => Array.from({ length: count }, (_, name) => ({ name, ms }));

  async function untilDone(count: number, onTurn: () => void = () => {}): Promise<void> {
    while (done.length < count) {
      onTurn();
      await turnEnd();
    }
  }

  beforeEach(() => {
    queue = newQueue();
  });

  it('works at once while there is time', () => {
    queue.push(tasks(3, 3));
    expect([done, slicesMs]).toEqual([[0, 1, 2], [9]]);
  });

  it('goes on after a turn in which nothing else happened, and keeps what must wait', async () => {
    queue.push(tasks(5, 5));
    expect([done, slicesMs, kept]).toEqual([[0, 1], [10], [2, 3, 4]]);
    await untilDone(5);
    expect([nowMs, slicesMs, kept]).toEqual([25, [10, 10, 5], [2, 3, 4]]);
  });

  it('gives others a quarter of the time while they can use it', async () => {
    queue.push(tasks(60, 5));
    await untilDone(60, () => {
      nowMs += 0.5;
      events++;
    });
    expect(nowMs).toBeGreaterThanOrEqual(396);
    expect(nowMs).toBeLessThan(450);
    expect(Math.max(...slicesMs)).toBe(10);
  });

  it('counts all that comes within a turn as one slice', async () => {
    const [first, second, third, fourth] = tasks(4, 4);
    for (const task of [first!, second!, third!, fourth!]) queue.push([task]);
    // The third one goes beyond 10 ms; the fourth one waits.
    expect([done, kept]).toEqual([[0, 1, 2], [3]]);
    await untilDone(4);
    expect(slicesMs).toEqual([4, 4, 4, 4]);
  });

  it('owes nothing for work that is long past', () => {
    for (const task of tasks(10, 9)) {
      queue.push([task]);
      nowMs += 3;
    }
    expect(slicesMs).toEqual(Array.from({ length: 10 }, () => 9));
  });

  it('does everything once and in order, however it comes', async () => {
    const pushes = fc.array(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 5 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(pushes, fc.infiniteStream(fc.boolean()), async (all, isEventful) => {
        queue = newQueue();
        let name = 0;
        const onTurn = (): void => {
          if (isEventful.next().value) events++;
          nowMs += 0.25;
        };
        for (const times of all) {
          queue.push(times.map((ms) => ({ name: name++, ms })));
          onTurn();
          await turnEnd();
        }
        await untilDone(name, onTurn);
        expect(done).toEqual(Array.from({ length: name }, (_, each) => each));
        expect(slicesMs.every((ms) => ms < 10 + 40)).toBe(true);
        expect(new Set(kept).size).toBe(kept.length);
      }),
      { numRuns: 50 },
    );
  });
});
