import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { encodeBatchTick, encodeDataBatchFrame } from './data-batch-encoder.ts';
import { encodeFrame } from './encode-frame.ts';
import { MessageType } from './message-type.ts';
import {
  decodeAckResponse,
  decodeAuthRequest,
  decodeDataBatch,
  decodeErrorResponse,
  decodeGoAway,
  decodeHeartbeatResponse,
  decodeSubscribeRequest,
  encodeAckResponse,
  encodeAuthRequest,
  encodeDataBatch,
  encodeErrorResponse,
  encodeGoAway,
  encodeHeartbeatRequest,
  encodeHeartbeatResponse,
  encodeSubscribeRequest,
} from './messages.ts';
import { encodePong } from './pong.ts';

const integer = fc.maxSafeNat();
const tick = fc.record({
  symbol: fc.string({ maxLength: 16 }),
  timestampMs: integer,
  price: fc.double({ noNaN: true }).filter((value) => !Object.is(value, -0)),
  volume: fc.double({ noNaN: true, min: 0 }),
  bid: fc.double({ noNaN: true, min: 0 }),
  ask: fc.double({ noNaN: true, min: 0 }),
  bidSize: integer,
  askSize: integer,
  mode: fc.constantFrom(0, 1, 2),
  metadata: fc.dictionary(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), { noNullPrototype: true }),
});
const batch = fc.record({
  ticks: fc.array(tick, { maxLength: 5 }),
  batchTimestampMs: integer,
  batchSequence: fc.nat(0xffffffff),
  isSnapshot: fc.boolean(),
  streamSequence: integer,
  epoch: fc.string({ maxLength: 16 }),
  sequenceDeltas: fc.array(fc.nat(0xffffffff), { maxLength: 5 }),
  previousSequence: integer,
  omitted: fc.nat(0xffffffff),
});

describe('messages', () => {
  it('a DataBatch survives the wire, and both encoders write the same bytes', () => {
    fc.assert(
      fc.property(batch, (message) => {
        const payload = encodeDataBatch(message);
        expect(decodeDataBatch(payload)).toEqual(message);
        const shared = encodeDataBatchFrame(message.ticks.map(encodeBatchTick), message);
        expect(shared).toEqual(encodeFrame(MessageType.DATA_BATCH, payload));
      }),
    );
  });

  it('the others survive the wire', () => {
    const auth = { username: 'u', password: 'p', clientId: 'c', version: '2', features: ['goaway', 'resume'] };
    expect(decodeAuthRequest(encodeAuthRequest(auth))).toEqual(auth);
    const subscribe = { mode: 2, symbols: ['A*'], startTimeMs: 5, metadata: { k: 'v' } };
    const resume = { resumeEpoch: 'e', resumeSequence: 7 };
    expect(decodeSubscribeRequest(encodeSubscribeRequest({ ...subscribe, ...resume }))).toEqual({
      ...subscribe,
      ...resume,
    });
    const error = { code: 14, message: 'm', details: 'd', timestampMs: 1, earliestSequence: 9, epoch: 'e' };
    expect(decodeErrorResponse(encodeErrorResponse(error))).toEqual(error);
    const ack = { ackType: 1, success: true, message: 'm', timestampMs: 1, metadata: { a: 'b' } };
    expect(decodeAckResponse(encodeAckResponse(ack))).toEqual(ack);
    const goAway = { reason: 'drain', reconnectWithinMs: 1_000, deadlineMs: 2_000 };
    expect(decodeGoAway(encodeGoAway(goAway))).toEqual(goAway);
    const pong = { clientTimestampMs: 1, serverTimestampMs: 2, sequence: 3 };
    expect(decodeHeartbeatResponse(encodeHeartbeatResponse(pong))).toEqual(pong);
  });

  it('unknown fields are ignored', () => {
    const unknown = Buffer.from('7a0568656c6c6f', 'hex');
    expect(decodeSubscribeRequest(Buffer.concat([encodeSubscribeRequest({ mode: 1 }), unknown])).mode).toBe(1);
  });

  it.each(['ff', '0a05', '08ffffffffffffffffffff01'])('bytes that are no message are refused: %s', (hex) => {
    expect(() => decodeSubscribeRequest(Buffer.from(hex, 'hex'))).toThrow();
  });

  it('a wrong wire type of a known field is skipped, not misread', () => {
    expect(decodeAuthRequest(Buffer.from('0805', 'hex')).username).toBe('');
  });
});

describe('encodePong', () => {
  it('echoes timestamp and sequence', () => {
    const heartbeat = encodeHeartbeatRequest({ timestampMs: 1_700_000_000_000, sequence: 42 });
    expect(decodeHeartbeatResponse(encodePong(heartbeat, 1_700_000_000_123))).toEqual({
      clientTimestampMs: 1_700_000_000_000,
      serverTimestampMs: 1_700_000_000_123,
      sequence: 42,
    });
  });

  it('echoes a sequence above 2^53 to the last bit', () => {
    const largest = 'ffffffffffffffffff01';
    const pong = encodePong(Buffer.from(`080110${largest}`, 'hex'), 5);
    expect(Buffer.from(pong).toString('hex')).toBe(`0801100518${largest}`);
  });

  it('leaves unset what was not sent', () => {
    expect(Buffer.from(encodePong(Buffer.from('0801', 'hex'), 5)).toString('hex')).toBe('08011005');
  });
});
