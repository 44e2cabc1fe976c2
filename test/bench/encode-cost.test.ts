import { expect, it } from '@jest/globals';
import { measureEncode } from './encode-cost.ts';

it('measures ticks and frames of 1, 35 and 100 ticks in every run', () => {
  const rows = measureEncode({ runs: 2, measureMs: 20 });
  expect(rows.map(({ ticks }) => ticks)).toEqual([1, 35, 100]);
  for (const { tickMicros, frameMicros } of rows) {
    for (const figures of [tickMicros, frameMicros]) expect(figures).toHaveLength(2);
    for (const micros of [...tickMicros, ...frameMicros]) {
      expect(micros).toBeGreaterThan(0);
      expect(micros).toBeLessThan(10_000);
    }
  }
});
