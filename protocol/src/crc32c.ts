// CRC-32C (Castagnoli; RFC 3720 appendix B.4), slicing-by-8: eight tables let one step take eight bytes.
// Indices are masked to the tables' size and the buffer is read below its length only, hence the `!`.
const REFLECTED_POLYNOMIAL = 0x82f63b78;

const tables = new Uint32Array(8 * 256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ REFLECTED_POLYNOMIAL : crc >>> 1;
  tables[byte] = crc >>> 0;
}
for (let slice = 1; slice < 8; slice++) {
  for (let byte = 0; byte < 256; byte++) {
    const previous = tables[(slice - 1) * 256 + byte]!;
    tables[slice * 256 + byte] = (previous >>> 8) ^ tables[previous & 0xff]!;
  }
}

/**
 * CRC-32C of a byte range.
 * @param bytes the buffer
 * @param start first byte (default 0)
 * @param end one past the last byte (default: the buffer's length)
 * @param seed the checksum of what came before, to go on from (default: nothing came before)
 * @returns an unsigned 32-bit number; `crc32c(Buffer.from('123456789'))` is 0xE3069283
 */
export function crc32c(bytes: Uint8Array, start = 0, end: number = bytes.length, seed = 0): number {
  let crc = ~seed;
  let at = start;
  for (const last = end - 8; at <= last; at += 8) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc =
      tables[1792 + (crc & 0xff)]! ^
      tables[1536 + ((crc >>> 8) & 0xff)]! ^
      tables[1280 + ((crc >>> 16) & 0xff)]! ^
      tables[1024 + (crc >>> 24)]! ^
      tables[768 + bytes[at + 4]!]! ^
      tables[512 + bytes[at + 5]!]! ^
      tables[256 + bytes[at + 6]!]! ^
      tables[bytes[at + 7]!]!;
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ tables[(crc ^ bytes[at]!) & 0xff]!;
  return ~crc >>> 0;
}
