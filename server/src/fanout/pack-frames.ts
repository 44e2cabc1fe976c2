import type { GroupFrame } from './group.ts';

/** Bytes that go out in one write. */
const WRITE_BYTES = 65_536;

/**
 * Puts the frames of a flush together, so that each member is written to once and not once a frame: the call costs
 * more than the bytes.
 */
export function packFrames(frames: readonly GroupFrame[]): GroupFrame[] {
  const [first, ...others] = frames;
  if (!first || others.length === 0) return [...frames];
  const packs: GroupFrame[][] = [[first]];
  let bytes = first.frame.length;
  for (const each of others) {
    bytes += each.frame.length;
    if (bytes <= WRITE_BYTES) {
      packs.at(-1)!.push(each);
      continue;
    }
    packs.push([each]);
    bytes = each.frame.length;
  }
  return packs.map(joined);
}

function joined(frames: readonly GroupFrame[]): GroupFrame {
  const isEpochAwaited = frames.some(({ frameWithEpoch }) => frameWithEpoch.length > 0);
  return {
    frame: Buffer.concat(frames.map(({ frame }) => frame)),
    // Only the first frame of a flush has a variant with the epoch.
    frameWithEpoch: Buffer.concat(
      isEpochAwaited
        ? frames.map(({ frame, frameWithEpoch }) => (frameWithEpoch.length > 0 ? frameWithEpoch : frame))
        : [],
    ),
  };
}
