import { describe, expect, it } from '@jest/globals';
import {
  crc32c,
  decodeAckResponse,
  decodeAuthRequest,
  decodeDataBatch,
  decodeErrorResponse,
  decodeGoAway,
  decodeHeartbeatRequest,
  decodeHeartbeatResponse,
  decodeSubscribeRequest,
  encodeAckResponse,
  encodeAuthRequest,
  encodeBatchTick,
  encodeDataBatch,
  encodeDataBatchFrame,
  encodeErrorResponse,
  encodeFrame,
  encodeGoAway,
  encodeHeartbeatRequest,
  encodeHeartbeatResponse,
  encodeSubscribeRequest,
  FrameDecoder,
  FrameError,
} from '@tick-storm/protocol';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { varint } from '../wire/raw-protobuf.ts';
import { bytesOf } from './vector-shapes.ts';
import type {
  ChecksumVector,
  FaultVector,
  FrameVector,
  MessageName,
  MessageVector,
  VarintVector,
  VectorFile,
} from './vector-shapes.ts';

/** The files as anybody reads them, not the definitions that they are made from. */
function vectorsIn<Vector>(name: string): [string, Vector][] {
  const path = join(import.meta.dirname, '..', '..', 'protocol', 'vectors', name);
  const file = JSON.parse(readFileSync(path, 'utf8')) as VectorFile<Vector & { name?: string; value?: string }>;
  return file.vectors.map((vector) => [vector.name ?? vector.value ?? '', vector]);
}

const codecs: Readonly<
  Record<MessageName, [decode: (bytes: Buffer) => object, encode: (fields: object) => Uint8Array]>
> = {
  AuthRequest: [decodeAuthRequest, encodeAuthRequest],
  SubscribeRequest: [decodeSubscribeRequest, encodeSubscribeRequest],
  HeartbeatRequest: [decodeHeartbeatRequest, encodeHeartbeatRequest],
  HeartbeatResponse: [decodeHeartbeatResponse, encodeHeartbeatResponse],
  DataBatch: [decodeDataBatch, encodeDataBatch],
  ErrorResponse: [decodeErrorResponse, encodeErrorResponse],
  AckResponse: [decodeAckResponse, encodeAckResponse],
  GoAway: [decodeGoAway, encodeGoAway],
};

/** 64-bit fields, which are strings in protobuf's JSON form. */
const longs = new Set([
  ...['timestampMs', 'startTimeMs', 'resumeSequence', 'sequence', 'clientTimestampMs', 'serverTimestampMs'],
  ...['bidSize', 'askSize', 'batchTimestampMs', 'streamSequence', 'previousSequence', 'earliestSequence'],
  ...['reconnectWithinMs', 'deadlineMs'],
]);

function isDefault(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === 0 || value === '' || value === false;
}

function toProtoJson(message: object): object {
  const fields = Object.entries(message).filter(([, value]) => !isDefault(value));
  return Object.fromEntries(
    fields.map(([key, value]: [string, unknown]) => {
      if (longs.has(key)) return [key, String(value)];
      if (key === 'ticks' && Array.isArray(value)) return [key, value.map(toProtoJson)];
      return [key, value];
    }),
  );
}

function fromProtoJson(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]: [string, unknown]) => {
      if (longs.has(key)) return [key, Number(value)];
      if (key === 'ticks' && Array.isArray(value)) return [key, value.map(fromProtoJson)];
      return [key, value];
    }),
  );
}

describe('crc32c.json', () => {
  it.each(vectorsIn<ChecksumVector>('crc32c.json'))('%s', (_, { bytes, crc32c: sum }) => {
    const all = bytesOf(bytes);
    expect(crc32c(all)).toBe(Number.parseInt(sum, 16));
    for (const cut of [1, 5, 9, all.length - 1].filter((at) => at > 0 && at < all.length)) {
      expect(crc32c(all, cut, all.length, crc32c(all, 0, cut))).toBe(Number.parseInt(sum, 16));
    }
  });
});

describe('varints.json', () => {
  const vectors = vectorsIn<VarintVector>('varints.json');
  const safe = vectors.filter(([, { value }]) => Number.isSafeInteger(Number(value)) && Number(value) >= 0);

  it.each(safe)('%s is written so by both encoders, and read back', (_, { value, bytes }) => {
    const sequence = Number(value);
    const payload = sequence === 0 ? '' : `28${bytes}`;
    expect(Buffer.from(encodeDataBatch({ streamSequence: sequence })).toString('hex')).toBe(payload);
    expect(encodeDataBatchFrame([], { streamSequence: sequence }).subarray(8, -4).toString('hex')).toBe(payload);
    expect(decodeDataBatch(Buffer.from(payload, 'hex')).streamSequence).toBe(sequence);
  });

  it.each(vectors)('%s is read to the nearest double', (_, { value, bytes }) => {
    const sequence = decodeHeartbeatRequest(Buffer.from(`10${bytes}`, 'hex')).sequence;
    expect(sequence).toBe(Number(BigInt.asUintN(64, BigInt(value))));
    expect(varint(BigInt(value)).toString('hex')).toBe(bytes);
  });
});

describe('frames.json', () => {
  const vectors = vectorsIn<FrameVector>('frames.json');

  it.each(vectors)('%s', (_, vector) => {
    const bytes = bytesOf(vector.bytes);
    const payload = bytesOf(vector.payload);
    const decoder = new FrameDecoder();
    decoder.push(bytes);
    const frame = decoder.next()!;
    expect([frame.type, frame.payload.equals(payload), decoder.bufferedBytes]).toEqual([vector.type, true, 0]);
    expect(encodeFrame(vector.type, payload).equals(bytes)).toBe(true);
    if (!vector.message) return;
    const [decode, encode] = codecs[vector.message];
    expect(toProtoJson(decode(payload))).toEqual(vector.fields);
    expect(Buffer.from(encode(fromProtoJson(vector.fields!))).toString('hex')).toBe(payload.toString('hex'));
  });

  it.each(vectors.filter(([, { message }]) => message === 'DataBatch'))(
    'the encoder that shares ticks writes the same: %s',
    (_, vector) => {
      const batch = decodeDataBatch(bytesOf(vector.payload));
      const frame = encodeDataBatchFrame(batch.ticks.map(encodeBatchTick), batch);
      expect(frame.toString('hex')).toBe(bytesOf(vector.bytes).toString('hex'));
    },
  );

  it.each(vectors)('no proper beginning is a frame or a fault: %s', (_, vector) => {
    const bytes = bytesOf(vector.bytes);
    const decoder = new FrameDecoder();
    const step = Math.max(1, Math.floor(bytes.length / 4_000));
    for (let at = 0; at < bytes.length - 1; at += step) {
      decoder.push(bytes.subarray(at, Math.min(at + step, bytes.length - 1)));
      expect(decoder.next()).toBeUndefined();
    }
    decoder.push(bytes.subarray(-1));
    expect(decoder.next()?.type).toBe(vector.type);
  });
});

describe('faults.json', () => {
  const vectors = vectorsIn<FaultVector>('faults.json');

  function readAll(decoder: FrameDecoder): number {
    let frames = 0;
    while (decoder.next()) frames += 1;
    return frames;
  }

  function faultOf(read: () => void): string | undefined {
    try {
      read();
      return undefined;
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      return error.kind;
    }
  }

  it.each(vectors)('%s: found with the byte that shows it, and not before', (_, vector) => {
    const bytes = bytesOf(vector.bytes);
    const decoder = new FrameDecoder();
    let frames = 0;
    for (let at = 0; at < vector.detectedAfterBytes - 1; at += 1) {
      decoder.push(bytes.subarray(at, at + 1));
      frames += readAll(decoder);
    }
    expect(frames).toBe(vector.framesBefore);
    decoder.push(bytes.subarray(vector.detectedAfterBytes - 1, vector.detectedAfterBytes));
    expect(faultOf(() => readAll(decoder))).toBe(vector.fault);
  });

  it.each(vectors)('%s: in one chunk', (_, vector) => {
    const decoder = new FrameDecoder();
    decoder.push(bytesOf(vector.bytes));
    for (let count = 0; count < vector.framesBefore; count += 1) expect(decoder.next()).toBeDefined();
    expect(faultOf(() => readAll(decoder))).toBe(vector.fault);
  });
});

describe('messages.json', () => {
  it.each(vectorsIn<MessageVector>('messages.json'))('%s', (_, { message, payload, fields }) => {
    const [decode] = codecs[message];
    const bytes = Buffer.from(payload, 'hex');
    if (fields === null) expect(() => decode(bytes)).toThrow();
    else expect(toProtoJson(decode(bytes))).toEqual(fields);
  });
});
