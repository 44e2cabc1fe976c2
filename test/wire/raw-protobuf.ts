/** As much of the protobuf wire format as the messages need; independent of the protocol package's code. */

/** One field's occurrences in order: varints and fixed 64-bit values as bigint, the rest as bytes. */
export type RawFields = Map<number, (bigint | Buffer)[]>;

/** A varint; negative numbers as int64 in ten bytes. */
export function varint(value: bigint | number): Buffer {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Buffer.from(bytes);
}

/** Field `number` with a varint value; negative numbers take the 10 bytes that int64 takes. */
export function varintField(number: number, value: bigint | number): Buffer {
  return Buffer.concat([varint(number << 3), varint(value)]);
}

/** Field `number` with a double. */
export function doubleField(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([varint((number << 3) | 1), bytes]);
}

/** Field `number` with length-delimited bytes or text. */
export function bytesField(number: number, value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

/** The entries of a map<string,string> field. */
export function mapField(number: number, entries: Record<string, string>): Buffer {
  return Buffer.concat(
    Object.entries(entries).map(([key, value]) =>
      bytesField(number, Buffer.concat([bytesField(1, key), bytesField(2, value)])),
    ),
  );
}

/** @throws Error on bytes that are no protobuf message */
export function readFields(bytes: Buffer): RawFields {
  const fields: RawFields = new Map();
  let at = 0;
  const readVarint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined) throw new Error(`varint cut off at byte ${at}`);
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
  };
  const readBytes = (length: number): Buffer => {
    if (at + length > bytes.length) throw new Error(`field of ${length} bytes cut off at byte ${at}`);
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(readVarint());
    const values = fields.get(tag >>> 3) ?? [];
    fields.set(tag >>> 3, values);
    const wireType = tag & 7;
    if (wireType === 0) values.push(readVarint());
    else if (wireType === 1) values.push(readBytes(8).readBigUInt64LE());
    else if (wireType === 2) values.push(readBytes(Number(readVarint())));
    else throw new Error(`wire type ${wireType} at byte ${at}`);
  }
  return fields;
}

/** The last value of a varint field as a signed number; 0 when absent, as proto3 has it. */
export function intOf(fields: RawFields, number: number): number {
  const value = fields.get(number)?.at(-1) ?? 0n;
  if (typeof value !== 'bigint') throw new Error(`field ${number} is not a number`);
  return Number(BigInt.asIntN(64, value));
}

export function textOf(fields: RawFields, number: number): string {
  const value = fields.get(number)?.at(-1) ?? Buffer.alloc(0);
  if (typeof value === 'bigint') throw new Error(`field ${number} is not text`);
  return value.toString('utf8');
}

export function doubleOf(fields: RawFields, number: number): number {
  const value = fields.get(number)?.at(-1) ?? 0n;
  if (typeof value !== 'bigint') throw new Error(`field ${number} is not a double`);
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes.readDoubleLE();
}

export function messagesOf(fields: RawFields, number: number): RawFields[] {
  return (fields.get(number) ?? []).map((value) => {
    if (typeof value === 'bigint') throw new Error(`field ${number} is not a message`);
    return readFields(value);
  });
}

export function mapOf(fields: RawFields, number: number): Record<string, string> {
  return Object.fromEntries(messagesOf(fields, number).map((entry) => [textOf(entry, 1), textOf(entry, 2)]));
}

/** A repeated varint field, packed or not. */
export function intsOf(fields: RawFields, number: number): number[] {
  return (fields.get(number) ?? []).flatMap((value) => {
    if (typeof value === 'bigint') return [Number(value)];
    const numbers: number[] = [];
    for (let at = 0; at < value.length;) {
      let length = 1;
      while (value[at + length - 1]! >= 0x80) length += 1;
      numbers.push(intOf(readFields(Buffer.concat([varint(8), value.subarray(at, at + length)])), 1));
      at += length;
    }
    return numbers;
  });
}
