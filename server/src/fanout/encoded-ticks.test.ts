import { describe, expect, it } from '@jest/globals';
import { EncodedTicks } from './encoded-ticks.ts';

describe('EncodedTicks', () => {
  it('has the ticks that came last, and never one for another position', () => {
    const ticks = new EncodedTicks();
    for (let sequence = 1; sequence <= 100_000; sequence++) ticks.set(sequence, Buffer.from(String(sequence)));
    for (let sequence = 1; sequence <= 100_010; sequence++) {
      const expected = sequence > 100_000 - 32_768 && sequence <= 100_000 ? String(sequence) : undefined;
      expect(ticks.get(sequence)?.toString()).toBe(expected);
    }
  });
});
