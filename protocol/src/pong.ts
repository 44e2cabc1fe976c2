import './integers.ts';
import protobuf from 'protobufjs/minimal.js';

const VARINT = 0;

/**
 * Builds the payload that answers a heartbeat: its timestamp and sequence come back exactly as they were
 * sent, above 2^53 too, because their varints are copied and not converted.
 * @param heartbeat the payload of a HEARTBEAT frame, already found decodable
 * @param serverTimestampMs the server's time, unix ms
 */
export function encodePong(heartbeat: Uint8Array, serverTimestampMs: number): Uint8Array {
  const reader = protobuf.Reader.create(heartbeat);
  let timestamp: Uint8Array | undefined;
  let sequence: Uint8Array | undefined;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const from = reader.pos;
    reader.skipType(tag & 7);
    if ((tag & 7) !== VARINT) continue;
    if (tag >>> 3 === 1) timestamp = heartbeat.subarray(from, reader.pos);
    if (tag >>> 3 === 2) sequence = heartbeat.subarray(from, reader.pos);
  }
  const writer = protobuf.Writer.create();
  if (timestamp) writer.uint32(0x08).raw(timestamp);
  writer.uint32(0x10).int64(serverTimestampMs);
  if (sequence) writer.uint32(0x18).raw(sequence);
  return writer.finish();
}
