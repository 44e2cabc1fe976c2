import { describe, expect, it } from '@jest/globals';
import { TickBuffer } from './tick-buffer.ts';
import type { Tick } from './tick.ts';

function tick(sequence: number): Tick {
  return {
    symbol: 'AAPL',
    timestampMs: 1,
    price: 1,
    volume: 1,
    bid: 1,
    ask: 1,
    bidSize: 1,
    askSize: 1,
    mode: 'second',
    metadata: {},
    sequence,
    epoch: 'a',
    isSnapshot: false,
  };
}

describe('TickBuffer', () => {
  it('keeps the order over many turns of the ring', () => {
    const buffer = new TickBuffer(3);
    const taken: (number | undefined)[] = [];
    for (let sequence = 1; sequence <= 10; sequence += 1) {
      buffer.push(tick(sequence));
      if (sequence > 2) taken.push(buffer.shift()?.sequence);
    }
    expect(taken).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect([buffer.size, buffer.free]).toEqual([2, 1]);
  });

  it('keeps the order while it grows in the middle of a turn, up to its capacity and after it', () => {
    const buffer = new TickBuffer(5_000);
    let pushed = 0;
    let taken = 0;
    for (const waiting of [50, 100, 5_000, 0, 3, 2_000, 1, 5_000]) {
      while (buffer.size < waiting) buffer.push(tick((pushed += 1)));
      while (buffer.size > waiting) expect(buffer.shift()?.sequence).toBe((taken += 1));
    }
    expect(buffer.free).toBe(0);
    expect(() => buffer.push(tick(0))).toThrow('the tick buffer is full (5000 ticks)');
    while (buffer.size > 0) expect(buffer.shift()?.sequence).toBe((taken += 1));
    expect(taken).toBe(pushed);
  });

  it('refuses a tick above its capacity', () => {
    const buffer = new TickBuffer(1);
    buffer.push(tick(1));
    expect(() => buffer.push(tick(2))).toThrow('the tick buffer is full (1 ticks)');
  });

  it('is empty after clear', () => {
    const buffer = new TickBuffer(2);
    buffer.push(tick(1));
    buffer.clear();
    expect(buffer.shift()).toBeUndefined();
    buffer.push(tick(2));
    expect(buffer.shift()?.sequence).toBe(2);
  });
});
