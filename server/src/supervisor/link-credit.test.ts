import { beforeEach, describe, expect, it } from '@jest/globals';
import { LinkCredit } from './link-credit.ts';

describe('LinkCredit', () => {
  let credit: LinkCredit;
  let nowMs: number;
  let flushes = 0;

  beforeEach(() => {
    nowMs = 10;
    credit = new LinkCredit(() => nowMs);
  });

  function flush(bytes: number): void {
    credit.giveOfFlush(bytes, ++flushes);
  }

  it('is for two flushes, however small', () => {
    flush(1);
    expect(credit.hasFlush).toBe(true);
    flush(1);
    expect([credit.hasFlush, credit.hasBytes, credit.usedUpSinceMs]).toEqual([false, true, 10]);
    credit.pass(1);
    expect([credit.hasFlush, credit.usedUpSinceMs]).toEqual([true, undefined]);
  });

  it('comes back only when a flush is passed on as a whole', () => {
    flush(10);
    flush(10);
    credit.pass(9);
    expect(credit.hasFlush).toBe(false);
    credit.pass(1);
    expect(credit.hasFlush).toBe(true);
  });

  it('takes the batches of all groups for one flush', () => {
    flush(1);
    for (let count = 0; count < 5; count++) credit.giveOfFlush(1, flushes);
    expect(credit.hasFlush).toBe(true);
    flush(1);
    credit.pass(5);
    expect(credit.hasFlush).toBe(false);
    credit.pass(1);
    expect(credit.hasFlush).toBe(true);
  });

  it('is for a mebibyte', () => {
    credit.give(262_143);
    expect(credit.hasSpareBytes).toBe(true);
    credit.give(786_432);
    expect([credit.hasSpareBytes, credit.hasBytes]).toEqual([false, true]);
    credit.give(1);
    expect([credit.hasBytes, credit.hasFlush]).toEqual([false, false]);
  });

  it('tells since when it has been used up, and can begin to count anew', () => {
    flush(1);
    flush(1);
    nowMs = 20;
    credit.give(5);
    expect(credit.usedUpSinceMs).toBe(10);
    credit.restartTime();
    expect(credit.usedUpSinceMs).toBe(20);
    credit.pass(7);
    credit.restartTime();
    expect(credit.usedUpSinceMs).toBeUndefined();
  });

  it('counts the time without a sign of work, however long a flush takes', () => {
    flush(10);
    flush(10);
    nowMs = 20;
    credit.pass(9);
    expect([credit.hasFlush, credit.usedUpSinceMs]).toEqual([false, 20]);
  });
});
