import { expect, it } from '@jest/globals';
import { gapsOf } from './dropped-ticks.ts';
import type { Tick } from './tick.ts';

function ticks(epoch: string, sequences: (number | undefined)[]): Tick[] {
  const quote = { symbol: 'AAPL', timestampMs: 1, price: 1, volume: 1, bid: 1, ask: 1, bidSize: 1, askSize: 1 };
  const rest = { mode: 'second' as const, metadata: {}, epoch };
  return sequences.map((sequence) => ({ ...quote, ...rest, sequence, isSnapshot: sequence === undefined }));
}

it('tells of each numbering, and of snapshots, by themselves', () => {
  const dropped = [...ticks('a', [undefined, undefined]), ...ticks('a', [5, 9]), ...ticks('b', [1])];
  const gaps = gapsOf(dropped).map(({ epoch, fromSequence, toSequence, missingTicks }) => {
    return [epoch, fromSequence, toSequence, missingTicks];
  });
  expect(gaps).toEqual([
    ['a', undefined, undefined, 2],
    ['a', 5, 9, 2],
    ['b', 1, 1, 1],
  ]);
});

it('tells of nothing when nothing was dropped', () => {
  expect(gapsOf([])).toEqual([]);
});
