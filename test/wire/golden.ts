/** Frames of the protocol's first implementation, byte for byte (wire contract §1). */
function bytes(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}

/** AUTH user1 / pass1 */
export const GOLDEN_AUTH: Buffer = bytes('f57d01010000000e0a0575736572311205706173733100872a78');
/** SUBSCRIBE SECOND */
export const GOLDEN_SUBSCRIBE: Buffer = bytes('f57d0102000000020801bab2712b');
/** SUBSCRIBE SECOND, AAPL */
export const GOLDEN_SUBSCRIBE_AAPL: Buffer = bytes('f57d010200000008080112044141504cd5ddbef3');
/** HEARTBEAT, timestamp 1700000000000, sequence 1 */
export const GOLDEN_HEARTBEAT: Buffer = bytes('f57d0103000000090880d095ffbc311001661a3412');
/** HEARTBEAT with an empty payload */
export const GOLDEN_EMPTY_HEARTBEAT: Buffer = bytes('f57d010300000000bc04cd7d');
/** DATA_BATCH number 1: one tick of AAPL */
export const GOLDEN_DATA_BATCH: Buffer = bytes(
  'f57d0104000000420a370a044141504c1080d095ffbc31190000000000a86740210000000000005940296666666666a66740' +
    '319a99999999a967403805400748011081d095ffbc3118014e4aae81',
);
