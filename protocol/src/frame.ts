/**
 * A frame, big-endian:
 *
 * ```
 *  0      2         3      4             8               8 + length
 *  +------+---------+------+-------------+---------------+-----------+
 *  | F5 7D| version | type | length u32  | payload       | crc u32   |
 *  +------+---------+------+-------------+---------------+-----------+
 * ```
 *
 * `length` counts the payload only; `crc` is CRC-32C over header and payload.
 */
export const MAGIC_0 = 0xf5;
export const MAGIC_1 = 0x7d;
export const PROTOCOL_VERSION = 1;
export const HEADER_BYTES = 8;
export const CHECKSUM_BYTES = 4;
/** Largest payload that a frame may carry. */
export const MAX_PAYLOAD_BYTES = 65_536;
/** Largest whole frame. */
export const MAX_FRAME_BYTES: number = HEADER_BYTES + MAX_PAYLOAD_BYTES + CHECKSUM_BYTES;

/** One frame as it was received. */
export interface Frame {
  /** The type byte as received: not necessarily one of {@link MessageType}. */
  readonly type: number;
  /** A view into the received bytes; copy it when it must outlive the handling of the frame. */
  readonly payload: Buffer;
}
