/** Bytes that {@link writeVarint} takes for a value. */
export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++;
  return bytes;
}

/**
 * Writes a protobuf varint.
 * @param value a non-negative integer up to 2^53 - 1
 * @returns the offset behind it
 */
export function writeVarint(target: Buffer, value: number, offset: number): number {
  let at = offset;
  let rest = value;
  while (rest >= 0x80) {
    // Above 2^31 the shift operators would cut the value, so the remainder is taken arithmetically.
    target[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  target[at++] = rest;
  return at;
}

/**
 * Reads a protobuf varint of at most 53 bits.
 * @returns the value, and the offset behind it
 */
export function readVarint(source: Buffer, offset: number): [value: number, end: number] {
  let value = 0;
  let factor = 1;
  for (let at = offset; ; at++) {
    const byte = source[at];
    if (byte === undefined || factor > Number.MAX_SAFE_INTEGER) throw new RangeError('not a varint of 53 bits');
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return [value, at + 1];
    factor *= 0x80;
  }
}
