import { beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { MAX_TICKS_PER_FLUSH } from '../fanout/flush-end.ts';
import { FlushBound } from './flush-bound.ts';

describe('FlushBound', () => {
  let bound: FlushBound;

  /** Flushes as large as they may be, at a fixed cost and one for each tick. @returns how long the last one took, ms */
  function saturate(fixedMs: number, perTickMs: number, flushes: number): number {
    let tookMs = 0;
    for (let count = 0; count < flushes; count++) {
      const { ticks } = bound;
      tookMs = fixedMs + perTickMs * ticks;
      bound.observe(ticks, tookMs);
    }
    return tookMs;
  }

  beforeEach(() => {
    bound = new FlushBound();
  });

  it('is the largest one until a cost is known, and while ticks cost next to nothing', () => {
    expect(bound.ticks).toBe(MAX_TICKS_PER_FLUSH);
    bound.observe(200, 0);
    expect(bound.ticks).toBe(MAX_TICKS_PER_FLUSH);
    bound.observe(200, 1);
    expect(bound.ticks).toBe(MAX_TICKS_PER_FLUSH);
  });

  it('lets a flush take a tenth of a second', () => {
    bound.observe(1_000, 50);
    expect(bound.ticks).toBe(2_000);
    expect(saturate(5, 0.03, 50)).toBeCloseTo(100, 0);
  });

  it('stays at what fills one write where even that takes longer', () => {
    expect(saturate(80, 0.3, 50)).toBeCloseTo(380, 0);
    expect(bound.ticks).toBe(1_000);
  });

  it('follows the cost down and up again', () => {
    saturate(80, 0.3, 20);
    expect(saturate(5, 0.03, 20)).toBeCloseTo(100, 0);
    saturate(1, 0.001, 20);
    expect(bound.ticks).toBe(MAX_TICKS_PER_FLUSH);
  });

  it('takes work without ticks for no cost of theirs', () => {
    bound.observe(1_000, 50);
    bound.observe(0, 5_000);
    expect(bound.ticks).toBe(2_000);
  });

  it('is always a whole number between what fills one write and the most', () => {
    const measured = fc.tuple(fc.nat(20_000), fc.double({ min: 0, max: 1e7, noNaN: true }));
    fc.assert(
      fc.property(fc.array(measured), (all) => {
        const bound = new FlushBound();
        for (const [ticks, busyMs] of all) {
          bound.observe(ticks, busyMs);
          expect(Number.isInteger(bound.ticks)).toBe(true);
          expect(bound.ticks).toBeGreaterThanOrEqual(1_000);
          expect(bound.ticks).toBeLessThanOrEqual(MAX_TICKS_PER_FLUSH);
        }
      }),
    );
  });
});
