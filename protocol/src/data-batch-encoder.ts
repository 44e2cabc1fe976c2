import { crc32c } from './crc32c.ts';
import { writeFrameHeader } from './encode-frame.ts';
import { CHECKSUM_BYTES, HEADER_BYTES, MAX_PAYLOAD_BYTES } from './frame.ts';
import {
  BATCH_EPOCH,
  BATCH_IS_SNAPSHOT,
  BATCH_OMITTED,
  BATCH_PREVIOUS_SEQUENCE,
  BATCH_SEQUENCE,
  BATCH_SEQUENCE_DELTAS,
  BATCH_STREAM_SEQUENCE,
  BATCH_TICK,
  BATCH_TIMESTAMP,
  TICK_ASK,
  TICK_ASK_SIZE,
  TICK_BID,
  TICK_BID_SIZE,
  TICK_METADATA,
  TICK_MODE,
  TICK_PRICE,
  TICK_SYMBOL,
  TICK_TIMESTAMP,
  TICK_VOLUME,
} from './data-batch-tags.ts';
import type { DataBatch, Tick } from './message-shapes.ts';
import { MessageType } from './message-type.ts';
import { varintBytes, writeVarint } from './varint.ts';

/**
 * Most bytes that the fields of a DataBatch beside its ticks can take: five varints of at most 10 bytes,
 * the flag, tags, an epoch of up to 64 characters and 1,000 deltas of up to 5 bytes.
 */
const BATCH_OVERHEAD_BYTES = 5_300;

/** Bytes of encoded ticks that always fit in one frame. */
export const MAX_BATCH_TICK_BYTES: number = MAX_PAYLOAD_BYTES - BATCH_OVERHEAD_BYTES;

/** Everything of a DataBatch but its ticks. */
export type DataBatchFields = Partial<Omit<DataBatch, 'ticks'>>;

/** Grows once to the largest tick or set of fields seen. */
let scratch = Buffer.allocUnsafeSlow(16_384);

/**
 * Encodes one tick as an element of DataBatch.ticks, so that batches of different subscriptions share its bytes.
 * Integers must be non-negative and below 2^53.
 */
export function encodeBatchTick(tick: Readonly<Tick>): Buffer {
  const end = writeTick(tick);
  const bytes = Buffer.allocUnsafe(1 + varintBytes(end) + end);
  bytes[0] = BATCH_TICK;
  scratch.copy(bytes, writeVarint(bytes, end, 1), 0, end);
  return bytes;
}

function writeTick(tick: Readonly<Tick>): number {
  let at = writeString(TICK_SYMBOL, tick.symbol, 0);
  at = writeInteger(TICK_TIMESTAMP, tick.timestampMs, at);
  at = writeDouble(TICK_PRICE, tick.price, at);
  at = writeDouble(TICK_VOLUME, tick.volume, at);
  at = writeDouble(TICK_BID, tick.bid, at);
  at = writeDouble(TICK_ASK, tick.ask, at);
  at = writeInteger(TICK_BID_SIZE, tick.bidSize, at);
  at = writeInteger(TICK_ASK_SIZE, tick.askSize, at);
  at = writeInteger(TICK_MODE, tick.mode, at);
  for (const key of Object.keys(tick.metadata)) at = writeMapEntry(key, tick.metadata[key] ?? '', at);
  return at;
}

/**
 * Builds the whole DATA_BATCH frame around ticks that are already encoded.
 * @param ticks results of {@link encodeBatchTick}, together at most {@link MAX_BATCH_TICK_BYTES}
 * @throws RangeError when the payload would be above the frame limit
 */
export function encodeDataBatchFrame(ticks: readonly Buffer[], fields: DataBatchFields): Buffer {
  let tickBytes = 0;
  for (const tick of ticks) tickBytes += tick.length;
  const fieldBytes = writeBatchFields(fields);
  const payloadBytes = tickBytes + fieldBytes;
  if (payloadBytes > MAX_PAYLOAD_BYTES) {
    throw new RangeError(`a batch of ${payloadBytes} bytes does not fit in a frame of ${MAX_PAYLOAD_BYTES}`);
  }
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payloadBytes + CHECKSUM_BYTES);
  writeFrameHeader(frame, MessageType.DATA_BATCH, payloadBytes);
  let at = HEADER_BYTES;
  for (const tick of ticks) {
    frame.set(tick, at);
    at += tick.length;
  }
  at += scratch.copy(frame, at, 0, fieldBytes);
  frame.writeUInt32BE(crc32c(frame, 0, at), at);
  return frame;
}

function writeBatchFields(fields: DataBatchFields): number {
  let at = writeInteger(BATCH_TIMESTAMP, fields.batchTimestampMs ?? 0, 0);
  at = writeInteger(BATCH_SEQUENCE, fields.batchSequence ?? 0, at);
  if (fields.isSnapshot) at = writeInteger(BATCH_IS_SNAPSHOT, 1, at);
  at = writeInteger(BATCH_STREAM_SEQUENCE, fields.streamSequence ?? 0, at);
  at = writeString(BATCH_EPOCH, fields.epoch ?? '', at);
  at = writePacked(BATCH_SEQUENCE_DELTAS, fields.sequenceDeltas ?? [], at);
  at = writeInteger(BATCH_PREVIOUS_SEQUENCE, fields.previousSequence ?? 0, at);
  return writeInteger(BATCH_OMITTED, fields.omitted ?? 0, at);
}

function reserve(at: number, bytes: number): void {
  if (at + bytes <= scratch.length) return;
  const grown = Buffer.allocUnsafeSlow(2 * (at + bytes));
  scratch.copy(grown, 0, 0, at);
  scratch = grown;
}

function writeInteger(tag: number, value: number, offset: number): number {
  if (value === 0) return offset;
  reserve(offset, 11);
  scratch[offset] = tag;
  return writeVarint(scratch, value, offset + 1);
}

function writeDouble(tag: number, value: number, offset: number): number {
  if (value === 0) return offset;
  reserve(offset, 9);
  scratch[offset] = tag;
  return scratch.writeDoubleLE(value, offset + 1);
}

function writeString(tag: number, text: string, offset: number): number {
  return text === '' ? offset : writeText(tag, text, offset);
}

function writeText(tag: number, text: string, offset: number): number {
  const bytes = Buffer.byteLength(text);
  reserve(offset, 11 + bytes);
  scratch[offset] = tag;
  const at = writeVarint(scratch, bytes, offset + 1);
  return at + scratch.write(text, at);
}

function writeMapEntry(key: string, value: string, offset: number): number {
  const keyBytes = Buffer.byteLength(key);
  const valueBytes = Buffer.byteLength(value);
  const entryBytes = 2 + varintBytes(keyBytes) + keyBytes + varintBytes(valueBytes) + valueBytes;
  reserve(offset, 11 + entryBytes);
  scratch[offset] = TICK_METADATA;
  const at = writeVarint(scratch, entryBytes, offset + 1);
  return writeText(0x12, value, writeText(0x0a, key, at));
}

function writePacked(tag: number, values: readonly number[], offset: number): number {
  if (values.length === 0) return offset;
  let bytes = 0;
  for (const value of values) bytes += varintBytes(value);
  reserve(offset, 11 + bytes);
  scratch[offset] = tag;
  let at = writeVarint(scratch, bytes, offset + 1);
  for (const value of values) at = writeVarint(scratch, value, at);
  return at;
}
