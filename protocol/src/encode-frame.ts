import { crc32c } from './crc32c.ts';
import { CHECKSUM_BYTES, HEADER_BYTES, MAGIC_0, MAGIC_1, MAX_PAYLOAD_BYTES, PROTOCOL_VERSION } from './frame.ts';

const nothing = new Uint8Array(0);

/** Writes a frame's 8 header bytes at the start of `target`. */
export function writeFrameHeader(target: Buffer, type: number, payloadBytes: number): void {
  target[0] = MAGIC_0;
  target[1] = MAGIC_1;
  target[2] = PROTOCOL_VERSION;
  target[3] = type;
  target.writeUInt32BE(payloadBytes, 4);
}

/**
 * Builds one whole frame.
 * @param type the type byte
 * @param payload the encoded message (default: empty)
 * @throws RangeError when the payload is above {@link MAX_PAYLOAD_BYTES}
 */
export function encodeFrame(type: number, payload: Uint8Array = nothing): Buffer {
  if (payload.length > MAX_PAYLOAD_BYTES) {
    throw new RangeError(`a frame's payload is at most ${MAX_PAYLOAD_BYTES} bytes; this one has ${payload.length}`);
  }
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length + CHECKSUM_BYTES);
  writeFrameHeader(frame, type, payload.length);
  frame.set(payload, HEADER_BYTES);
  const end = HEADER_BYTES + payload.length;
  frame.writeUInt32BE(crc32c(frame, 0, end), end);
  return frame;
}
