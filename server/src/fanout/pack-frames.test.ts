import { describe, expect, it } from '@jest/globals';
import type { GroupFrame } from './group.ts';
import { packFrames } from './pack-frames.ts';

function frameOf(bytes: number, fill: number, withEpoch = 0): GroupFrame {
  return { frame: Buffer.alloc(bytes, fill), frameWithEpoch: Buffer.alloc(withEpoch, fill + 100) };
}

describe('packFrames', () => {
  it('leaves one frame as it is', () => {
    const frames = [frameOf(70_000, 1)];
    expect(packFrames(frames)).toEqual(frames);
    expect(packFrames([])).toEqual([]);
  });

  it('joins frames in order up to 64 KiB', () => {
    const frames = [frameOf(40_000, 1), frameOf(20_000, 2), frameOf(5_536, 3), frameOf(1, 4), frameOf(65_536, 5)];
    const packs = packFrames(frames);
    expect(packs.map(({ frame }) => frame.length)).toEqual([65_536, 1, 65_536]);
    expect(Buffer.concat(packs.map(({ frame }) => frame))).toEqual(Buffer.concat(frames.map(({ frame }) => frame)));
    expect(packs.every(({ frameWithEpoch }) => frameWithEpoch.length === 0)).toBe(true);
  });

  it('has the epoch in the first frame only for those who await it', () => {
    const [pack, ...others] = packFrames([frameOf(2, 1, 3), frameOf(2, 2)]);
    expect(others).toEqual([]);
    expect([...pack!.frame]).toEqual([1, 1, 2, 2]);
    expect([...pack!.frameWithEpoch]).toEqual([101, 101, 101, 2, 2]);
  });
});
