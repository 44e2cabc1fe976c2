import { describe, expect, it } from '@jest/globals';
import { RestQueue, type Restful } from './rest-queue.ts';

function connections(count: number): { rested: number[]; all: Restful[] } {
  const rested: number[] = [];
  const all = Array.from({ length: count }, (_, index) => ({ rest: () => rested.push(index) > 0 }));
  return { rested, all };
}

describe('RestQueue', () => {
  it('lets those rest that have kept up for long enough, in their order', () => {
    const { rested, all } = connections(3);
    const queue = new RestQueue(100);
    for (const [index, each] of all.entries()) queue.add(each, index * 10);
    expect(queue.step(99, 10)).toBe(0);
    expect(queue.step(110, 10)).toBe(2);
    expect(rested).toEqual([0, 1]);
    expect(queue.isEmpty).toBe(false);
    queue.step(120, 10);
    expect(rested).toEqual([0, 1, 2]);
    expect(queue.isEmpty).toBe(true);
  });

  it('takes no more at once than it may', () => {
    const { rested, all } = connections(5);
    const queue = new RestQueue(0);
    for (const each of all) queue.add(each, 0);
    expect([queue.step(0, 2), queue.step(0, 2), queue.step(0, 2)]).toEqual([2, 2, 1]);
    expect(rested).toEqual([0, 1, 2, 3, 4]);
  });

  it('forgets one that ends', () => {
    const { rested, all } = connections(2);
    const queue = new RestQueue(0);
    for (const each of all) queue.add(each, 0);
    queue.delete(all[0]!);
    expect(queue.step(0, 10)).toBe(1);
    expect(rested).toEqual([1]);
  });

  it('lets one that has lagged again wait anew, and the others not', () => {
    const { rested, all } = connections(2);
    const queue = new RestQueue(100);
    for (const each of all) queue.add(each, 0);
    queue.add(all[0]!, 50);
    queue.step(100, 10);
    expect(rested).toEqual([1]);
    queue.step(150, 10);
    expect(rested).toEqual([1, 0]);
  });
});
