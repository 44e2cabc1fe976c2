import { doubleOf, intOf, intsOf, mapOf, messagesOf, readFields, textOf } from './raw-protobuf.ts';
import { bytesField, mapField, varintField } from './raw-protobuf.ts';
import { frame, TYPE, type RawFrame } from './raw-frame.ts';

/** The messages of the wire contract §1 and §6, as frames to send and as plain objects to check. */
export const SECOND = 1;
export const MINUTE = 2;

export interface AuthFields {
  username?: string;
  password?: string;
  clientId?: string;
  version?: string;
  features?: string[];
}

export function authFrame(fields: AuthFields): Buffer {
  const parts: Buffer[] = [];
  if (fields.username !== undefined) parts.push(bytesField(1, fields.username));
  if (fields.password !== undefined) parts.push(bytesField(2, fields.password));
  if (fields.clientId !== undefined) parts.push(bytesField(3, fields.clientId));
  if (fields.version !== undefined) parts.push(bytesField(4, fields.version));
  for (const feature of fields.features ?? []) parts.push(bytesField(5, feature));
  return frame(TYPE.AUTH, Buffer.concat(parts));
}

export interface SubscribeFields {
  mode?: number;
  symbols?: string[];
  startTimeMs?: number;
  metadata?: Record<string, string>;
  resumeEpoch?: string;
  resumeSequence?: number;
}

export function subscribePayload(fields: SubscribeFields): Buffer {
  const parts: Buffer[] = [];
  if (fields.mode !== undefined) parts.push(varintField(1, fields.mode));
  for (const symbol of fields.symbols ?? []) parts.push(bytesField(2, symbol));
  if (fields.startTimeMs !== undefined) parts.push(varintField(3, fields.startTimeMs));
  if (fields.metadata) parts.push(mapField(4, fields.metadata));
  if (fields.resumeEpoch !== undefined) parts.push(bytesField(5, fields.resumeEpoch));
  if (fields.resumeSequence !== undefined) parts.push(varintField(6, fields.resumeSequence));
  return Buffer.concat(parts);
}

export function subscribeFrame(fields: SubscribeFields): Buffer {
  return frame(TYPE.SUBSCRIBE, subscribePayload(fields));
}

export function heartbeatFrame(timestampMs: number, sequence: number): Buffer {
  return frame(TYPE.HEARTBEAT, Buffer.concat([varintField(1, timestampMs), varintField(2, sequence)]));
}

export interface ErrorMessage {
  code: number;
  message: string;
  details: string;
  timestampMs: number;
  /** With code 14. */
  earliestSequence: number;
  epoch: string;
}

export function errorOf(received: RawFrame): ErrorMessage {
  const fields = readFields(received.payload);
  return {
    code: intOf(fields, 1),
    message: textOf(fields, 2),
    details: textOf(fields, 3),
    timestampMs: intOf(fields, 4),
    earliestSequence: intOf(fields, 5),
    epoch: textOf(fields, 6),
  };
}

export interface AckMessage {
  ackType: number;
  success: boolean;
  message: string;
  timestampMs: number;
  metadata: Record<string, string>;
}

export function ackOf(received: RawFrame): AckMessage {
  const fields = readFields(received.payload);
  return {
    ackType: intOf(fields, 1),
    success: intOf(fields, 2) === 1,
    message: textOf(fields, 3),
    timestampMs: intOf(fields, 4),
    metadata: mapOf(fields, 5),
  };
}

export interface PongMessage {
  clientTimestampMs: number;
  serverTimestampMs: number;
  sequence: number;
}

export function pongOf(received: RawFrame): PongMessage {
  const fields = readFields(received.payload);
  return { clientTimestampMs: intOf(fields, 1), serverTimestampMs: intOf(fields, 2), sequence: intOf(fields, 3) };
}

export interface TickMessage {
  symbol: string;
  timestampMs: number;
  price: number;
  volume: number;
  bid: number;
  ask: number;
  bidSize: number;
  askSize: number;
  mode: number;
  metadata: Record<string, string>;
}

export interface BatchMessage {
  ticks: TickMessage[];
  batchTimestampMs: number;
  batchSequence: number;
  isSnapshot: boolean;
  streamSequence: number;
  epoch: string;
  sequenceDeltas: number[];
  previousSequence: number;
  omitted: number;
}

export function batchOf(received: RawFrame): BatchMessage {
  const fields = readFields(received.payload);
  return {
    ticks: messagesOf(fields, 1).map((tick) => ({
      symbol: textOf(tick, 1),
      timestampMs: intOf(tick, 2),
      price: doubleOf(tick, 3),
      volume: doubleOf(tick, 4),
      bid: doubleOf(tick, 5),
      ask: doubleOf(tick, 6),
      bidSize: intOf(tick, 7),
      askSize: intOf(tick, 8),
      mode: intOf(tick, 9),
      metadata: mapOf(tick, 10),
    })),
    batchTimestampMs: intOf(fields, 2),
    batchSequence: intOf(fields, 3),
    isSnapshot: intOf(fields, 4) === 1,
    streamSequence: intOf(fields, 5),
    epoch: textOf(fields, 6),
    sequenceDeltas: intsOf(fields, 7),
    previousSequence: intOf(fields, 8),
    omitted: intOf(fields, 9),
  };
}

/** The stream_sequence of each tick of a live batch, from field 5 and the deltas. */
export function sequencesOf(batch: BatchMessage): number[] {
  const sequences = [batch.streamSequence];
  for (let index = 1; index < batch.ticks.length; index += 1) {
    const delta = batch.sequenceDeltas.length === 0 ? 1 : batch.sequenceDeltas[index - 1]!;
    sequences.push(sequences[index - 1]! + delta);
  }
  return sequences;
}
