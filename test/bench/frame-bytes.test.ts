import { expect, it } from '@jest/globals';
import { FRAME_BYTES, filteredFrameBytes, onWireBytes } from './frame-bytes.ts';

it("counts a frame's own bytes", () => {
  // Header 8, checksum 4, timestamp 1 + 6, batch sequence 1 + 2, stream and previous sequence 1 + 6 each.
  expect(FRAME_BYTES).toBe(8 + 4 + 7 + 3 + 7 + 7);
});

it('counts the distances of the ticks that a filter chose: tag, length, and one each', () => {
  expect([1, 2, 12.6].map(filteredFrameBytes)).toEqual([FRAME_BYTES, FRAME_BYTES + 3, FRAME_BYTES + 14]);
});

it('counts 90 bytes more on the wire for each segment', () => {
  expect([86, 1_448, 1_449, 28_536].map(onWireBytes)).toEqual([176, 1_538, 1_629, 28_536 + 20 * 90]);
});
