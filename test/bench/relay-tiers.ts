import { onWireBytes } from './frame-bytes.ts';

export interface RelayTiers {
  /** Streams that one node sends. */
  readonly fanOut: number;
  /** Relays of each tier, the one nearest to the source first. */
  readonly tiers: readonly number[];
}

/** One write of this size: what a fast feed has is more than one segment. */
const WRITE_BYTES = 65_536;

/** Bits a second on the cable of a feed that fills its segments. */
export function feedBitsPerSecond(bytesPerSecond: number): number {
  return (8 * bytesPerSecond * onWireBytes(WRITE_BYTES)) / WRITE_BYTES;
}

/**
 * Relays between a source and pods, each on a node of its own, where neither may send more than its node can.
 * @param bytesPerSecond of the feed, less than what a node sends
 */
export function relayTiers(bytesPerSecond: number, nodeBitsPerSecond: number, pods: number): RelayTiers {
  const fanOut = Math.floor(nodeBitsPerSecond / feedBitsPerSecond(bytesPerSecond));
  if (fanOut < 2) throw new RangeError(`a node sends ${fanOut} streams of ${bytesPerSecond} bytes a second: no tree`);
  const tiers: number[] = [];
  for (let fed = pods; fed > fanOut; fed = tiers[0]!) tiers.unshift(Math.ceil(fed / fanOut));
  return { fanOut, tiers };
}
