/**
 * Frames as bytes, written a second time and independently of the protocol package, so that the suite
 * checks the wire and not one implementation against itself.
 *
 *   F5 7D | version u8 | type u8 | length u32 | payload[length] | crc32c u32      (big-endian)
 */
export interface RawFrame {
  version: number;
  type: number;
  payload: Buffer;
  /** All the bytes of the frame, header and checksum included. */
  bytes: Buffer;
}

export const TYPE = {
  AUTH: 1,
  SUBSCRIBE: 2,
  HEARTBEAT: 3,
  DATA_BATCH: 4,
  ERROR: 5,
  ACK: 6,
  PONG: 7,
  GOAWAY: 8,
} as const;

const HEADER_BYTES = 8;
const TRAILER_BYTES = 4;

/** CRC-32C bit by bit: slow, and short enough to be checked against RFC 3720 appendix B.4 by eye. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

export interface FrameOverrides {
  magic?: number;
  version?: number;
  /** The length field, when it is to differ from the payload's. */
  length?: number;
  /** Turned into the checksum by exclusive or; 0 leaves it right. */
  crcFlip?: number;
}

/** A frame of `type`; `overrides` break it in one or more places. The checksum covers what is sent. */
export function frame(type: number, payload: Uint8Array = Buffer.alloc(0), overrides: FrameOverrides = {}): Buffer {
  const head = header(type, overrides.length ?? payload.length, overrides);
  const body = Buffer.concat([head, payload]);
  const trailer = Buffer.alloc(TRAILER_BYTES);
  trailer.writeUInt32BE((crc32c(body) ^ (overrides.crcFlip ?? 0)) >>> 0);
  return Buffer.concat([body, trailer]);
}

/** The 8 header bytes alone. */
export function header(type: number, length: number, overrides: FrameOverrides = {}): Buffer {
  const head = Buffer.alloc(HEADER_BYTES);
  head.writeUInt16BE(overrides.magic ?? 0xf57d, 0);
  head.writeUInt8(overrides.version ?? 1, 2);
  head.writeUInt8(type, 3);
  head.writeUInt32BE(length, 4);
  return head;
}

/**
 * Takes the first whole frame off `bytes`.
 * @returns undefined while the frame is not complete
 * @throws Error when the bytes are no valid frame: the server must never send such
 */
export function takeFrame(bytes: Buffer): { frame: RawFrame; rest: Buffer } | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  if (bytes.readUInt16BE(0) !== 0xf57d) throw new Error(`not a frame: ${bytes.subarray(0, 16).toString('hex')}`);
  const end = HEADER_BYTES + bytes.readUInt32BE(4) + TRAILER_BYTES;
  if (bytes.length < end) return undefined;
  const crc = bytes.readUInt32BE(end - TRAILER_BYTES);
  const computed = crc32c(bytes.subarray(0, end - TRAILER_BYTES));
  if (crc !== computed) throw new Error(`checksum ${crc.toString(16)} on the wire, ${computed.toString(16)} computed`);
  return {
    frame: {
      version: bytes.readUInt8(2),
      type: bytes.readUInt8(3),
      payload: bytes.subarray(HEADER_BYTES, end - TRAILER_BYTES),
      bytes: bytes.subarray(0, end),
    },
    rest: bytes.subarray(end),
  };
}
