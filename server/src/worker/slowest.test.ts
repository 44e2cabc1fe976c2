import { describe, expect, it } from '@jest/globals';
import { slowest } from './slowest.ts';

const clients = [3, 0, 10, 7, 5].map((pendingBytes) => ({ pendingBytes }));
const chosen = (bytes: number): number[] => slowest(clients, bytes).map(({ pendingBytes }) => pendingBytes);

describe('slowest', () => {
  it('takes those for whom the most waits, as many as it needs', () => {
    expect(chosen(17)).toEqual([10, 7]);
    expect(chosen(18)).toEqual([10, 7, 5]);
  });

  it('takes at least one, and nobody who keeps up', () => {
    expect(chosen(0)).toEqual([10]);
    expect(chosen(1_000)).toEqual([10, 7, 5, 3]);
    expect(slowest([{ pendingBytes: 0 }], 1)).toEqual([]);
  });
});
