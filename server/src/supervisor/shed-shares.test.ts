import { describe, expect, it } from '@jest/globals';
import { shedShares } from './shed-shares.ts';

const [none, little, much] = [{ waitingBytes: 0 }, { waitingBytes: 100 }, { waitingBytes: 900 }];

describe('shedShares', () => {
  it('asks each worker for its part of what waits', () => {
    expect(shedShares([little, much], 500)).toEqual([
      { worker: little, bytes: 50 },
      { worker: much, bytes: 450 },
    ]);
  });

  it('leaves out those at which nothing waits', () => {
    expect(shedShares([none, much], 500)).toEqual([{ worker: much, bytes: 500 }]);
    expect(shedShares([none, none], 500)).toEqual([]);
    expect(shedShares([], 500)).toEqual([]);
  });
});
