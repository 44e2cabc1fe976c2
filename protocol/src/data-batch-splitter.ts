import { HEADER_BYTES, CHECKSUM_BYTES } from './frame.ts';
import type { DataBatch } from './message-shapes.ts';
import { decodeDataBatch } from './messages.ts';
import { readVarint } from './varint.ts';

const BATCH_TICK = 0x0a;
const TICK_SYMBOL = 0x0a;

/** One tick as {@link encodeBatchTick} made it. */
export interface EncodedTick {
  symbol: string;
  /** A view of the frame. */
  bytes: Buffer;
}

/**
 * Takes a frame of {@link encodeDataBatchFrame} apart without decoding its ticks, so that a frame with some of them
 * can be built. Frames of other encoders may have their fields in another order and are not understood.
 * @throws RangeError when a tick is cut off
 */
export function splitDataBatchFrame(frame: Buffer): { ticks: EncodedTick[]; fields: DataBatch } {
  const end = frame.length - CHECKSUM_BYTES;
  const ticks: EncodedTick[] = [];
  let at = HEADER_BYTES;
  while (at < end && frame[at] === BATCH_TICK) {
    const [length, body] = readVarint(frame, at + 1);
    const next = body + length;
    if (next > end) throw new RangeError('a tick ends behind its frame');
    ticks.push({ symbol: symbolOf(frame, body), bytes: frame.subarray(at, next) });
    at = next;
  }
  return { ticks, fields: decodeDataBatch(frame.subarray(at, end)) };
}

function symbolOf(frame: Buffer, at: number): string {
  if (frame[at] !== TICK_SYMBOL) return '';
  const [length, text] = readVarint(frame, at + 1);
  return frame.toString('latin1', text, text + length);
}
