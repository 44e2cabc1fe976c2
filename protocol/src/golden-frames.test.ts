import { describe, expect, it } from '@jest/globals';
import { encodeBatchTick, encodeDataBatchFrame } from './data-batch-encoder.ts';
import { encodeFrame } from './encode-frame.ts';
import { FrameDecoder } from './frame-decoder.ts';
import { MessageType } from './message-type.ts';
import {
  decodeAuthRequest,
  decodeDataBatch,
  decodeHeartbeatRequest,
  decodeSubscribeRequest,
  encodeAuthRequest,
  encodeDataBatch,
  encodeHeartbeatRequest,
  encodeSubscribeRequest,
} from './messages.ts';
import { SubscriptionMode } from './subscription-mode.ts';

// Frames of the protocol's first implementation: what deployed clients send and expect.
const golden = {
  auth: 'f57d01010000000e0a0575736572311205706173733100872a78',
  subscribe: 'f57d0102000000020801bab2712b',
  subscribeSymbol: 'f57d010200000008080112044141504cd5ddbef3',
  heartbeat: 'f57d0103000000090880d095ffbc311001661a3412',
  emptyHeartbeat: 'f57d010300000000bc04cd7d',
  dataBatch:
    'f57d0104000000420a370a044141504c1080d095ffbc31190000000000a86740210000000000005940296666666666a66740319a99999999a967403805400748011081d095ffbc3118014e4aae81',
};

const tick = {
  symbol: 'AAPL',
  timestampMs: 1_700_000_000_000,
  price: 189.25,
  volume: 100,
  bid: 189.2,
  ask: 189.3,
  bidSize: 5,
  askSize: 7,
  mode: SubscriptionMode.SECOND,
  metadata: {},
};
const batchFields = { batchTimestampMs: 1_700_000_000_001, batchSequence: 1 };

function payloadOf(hex: string, type: number): Buffer {
  const decoder = new FrameDecoder();
  decoder.push(Buffer.from(hex, 'hex'));
  const frame = decoder.next();
  expect(frame?.type).toBe(type);
  expect(decoder.bufferedBytes).toBe(0);
  return frame!.payload;
}

describe('golden frames', () => {
  it.each([
    ['AUTH', golden.auth, MessageType.AUTH, encodeAuthRequest({ username: 'user1', password: 'pass1', features: [] })],
    ['SUBSCRIBE', golden.subscribe, MessageType.SUBSCRIBE, encodeSubscribeRequest({ mode: 1, startTimeMs: 0 })],
    [
      'SUBSCRIBE with a symbol',
      golden.subscribeSymbol,
      MessageType.SUBSCRIBE,
      encodeSubscribeRequest({ mode: 1, symbols: ['AAPL'], metadata: {} }),
    ],
    [
      'HEARTBEAT',
      golden.heartbeat,
      MessageType.HEARTBEAT,
      encodeHeartbeatRequest({ timestampMs: 1_700_000_000_000, sequence: 1 }),
    ],
    ['empty HEARTBEAT', golden.emptyHeartbeat, MessageType.HEARTBEAT, encodeHeartbeatRequest({})],
    ['DATA_BATCH', golden.dataBatch, MessageType.DATA_BATCH, encodeDataBatch({ ticks: [tick], ...batchFields })],
  ])('%s is encoded to its bytes', (_name, hex, type, payload) => {
    expect(encodeFrame(type, payload).toString('hex')).toBe(hex);
  });

  it('DATA_BATCH comes out of the sharing encoder with the same bytes', () => {
    expect(encodeDataBatchFrame([encodeBatchTick(tick)], batchFields).toString('hex')).toBe(golden.dataBatch);
  });

  it('are decoded to their messages', () => {
    expect(decodeAuthRequest(payloadOf(golden.auth, MessageType.AUTH))).toEqual({
      username: 'user1',
      password: 'pass1',
      clientId: '',
      version: '',
      features: [],
    });
    expect(decodeSubscribeRequest(payloadOf(golden.subscribeSymbol, MessageType.SUBSCRIBE))).toEqual({
      mode: SubscriptionMode.SECOND,
      symbols: ['AAPL'],
      startTimeMs: 0,
      metadata: {},
      resumeEpoch: '',
      resumeSequence: 0,
    });
    expect(decodeHeartbeatRequest(payloadOf(golden.heartbeat, MessageType.HEARTBEAT))).toEqual({
      timestampMs: 1_700_000_000_000,
      sequence: 1,
    });
    expect(payloadOf(golden.emptyHeartbeat, MessageType.HEARTBEAT)).toHaveLength(0);
    expect(decodeDataBatch(payloadOf(golden.dataBatch, MessageType.DATA_BATCH))).toEqual({
      ticks: [tick],
      ...batchFields,
      isSnapshot: false,
      streamSequence: 0,
      epoch: '',
      sequenceDeltas: [],
      previousSequence: 0,
      omitted: 0,
    });
  });
});
