import { authFrame, heartbeatFrame, subscribeFrame } from '../wire/messages.ts';
import { bytesField, doubleField, mapField, varintField } from '../wire/raw-protobuf.ts';
import { frame, TYPE } from '../wire/raw-frame.ts';
import type { Bytes, FrameVector, MessageName, ProtoJson } from './vector-shapes.ts';

/** A frame whose payload is a message, written in the order of the field numbers. */
function message(name: string, type: number, kind: MessageName, fields: ProtoJson, ...parts: Buffer[]): FrameVector {
  const payload = Buffer.concat(parts);
  return {
    name,
    bytes: frame(type, payload).toString('hex'),
    type,
    payload: payload.toString('hex'),
    message: kind,
    fields,
  };
}

function payloadOf(bytes: Buffer): Buffer {
  return bytes.subarray(8, -4);
}

const tickFields = {
  symbol: 'AAPL',
  timestampMs: '1700000000000',
  price: 189.25,
  volume: 100,
  bid: 189.2,
  ask: 189.3,
  bidSize: '5',
  askSize: '7',
  mode: 1,
};

function tick(symbol: string, ...more: Buffer[]): Buffer {
  return bytesField(
    1,
    Buffer.concat([
      bytesField(1, symbol),
      varintField(2, 1_700_000_000_000),
      doubleField(3, 189.25),
      doubleField(4, 100),
      doubleField(5, 189.2),
      doubleField(6, 189.3),
      varintField(7, 5),
      varintField(8, 7),
      varintField(9, 1),
      ...more,
    ]),
  );
}

/** One unknown length-delimited field that fills a payload of `size` bytes with zeros. */
function sized(name: string, size: number): FrameVector {
  const head = Buffer.concat([varintField(1, 1), Buffer.from('c23e', 'hex')]);
  const lengthBytes = size - head.length - 3 >= 16_384 ? 3 : 2;
  const zeros = size - head.length - lengthBytes;
  const prefix = Buffer.concat([head, varintField(0, zeros).subarray(1)]);
  const payload = Buffer.concat([prefix, Buffer.alloc(zeros)]);
  if (payload.length !== size) throw new Error(`a payload of ${payload.length} bytes, not ${size}`);
  const whole = frame(TYPE.SUBSCRIBE, payload);
  const body = { repeat: '00', times: zeros };
  const head8 = whole.subarray(0, 8 + prefix.length).toString('hex');
  const parts: Bytes = [head8, body, whole.subarray(-4).toString('hex')];
  return { name, bytes: parts, type: TYPE.SUBSCRIBE, payload: [prefix.toString('hex'), body] };
}

const credentials = { username: 'user1', password: 'pass1' };

export const frameVectors: readonly FrameVector[] = [
  message('AUTH user1 / pass1', TYPE.AUTH, 'AuthRequest', credentials, payloadOf(authFrame(credentials))),
  message(
    'AUTH with every field',
    TYPE.AUTH,
    'AuthRequest',
    { ...credentials, clientId: 'desk-7', version: '1.0', features: ['goaway', 'resume'] },
    payloadOf(authFrame({ ...credentials, clientId: 'desk-7', version: '1.0', features: ['goaway', 'resume'] })),
  ),
  message('SUBSCRIBE SECOND', TYPE.SUBSCRIBE, 'SubscribeRequest', { mode: 1 }, varintField(1, 1)),
  message(
    'SUBSCRIBE SECOND, AAPL',
    TYPE.SUBSCRIBE,
    'SubscribeRequest',
    { mode: 1, symbols: ['AAPL'] },
    payloadOf(subscribeFrame({ mode: 1, symbols: ['AAPL'] })),
  ),
  message(
    'SUBSCRIBE MINUTE with filters, start time and metadata',
    TYPE.SUBSCRIBE,
    'SubscribeRequest',
    { mode: 2, symbols: ['BTC*', 'MSFT'], startTimeMs: '1700000000000', metadata: { desk: '7' } },
    payloadOf(
      subscribeFrame({ mode: 2, symbols: ['BTC*', 'MSFT'], startTimeMs: 1_700_000_000_000, metadata: { desk: '7' } }),
    ),
  ),
  message(
    'SUBSCRIBE that resumes (extension)',
    TYPE.SUBSCRIBE,
    'SubscribeRequest',
    { mode: 1, resumeEpoch: 'e1', resumeSequence: '4503599627370497' },
    varintField(1, 1),
    bytesField(5, 'e1'),
    varintField(6, 2 ** 52 + 1),
  ),
  message(
    'HEARTBEAT',
    TYPE.HEARTBEAT,
    'HeartbeatRequest',
    { timestampMs: '1700000000000', sequence: '1' },
    payloadOf(heartbeatFrame(1_700_000_000_000, 1)),
  ),
  message('HEARTBEAT without payload', TYPE.HEARTBEAT, 'HeartbeatRequest', {}),
  message(
    'DATA_BATCH',
    TYPE.DATA_BATCH,
    'DataBatch',
    { ticks: [tickFields], batchTimestampMs: '1700000000001', batchSequence: 1 },
    tick('AAPL'),
    varintField(2, 1_700_000_000_001),
    varintField(3, 1),
  ),
  message(
    'DATA_BATCH, snapshot',
    TYPE.DATA_BATCH,
    'DataBatch',
    {
      ticks: [tickFields],
      batchTimestampMs: '1700000000001',
      batchSequence: 41,
      isSnapshot: true,
      streamSequence: '100',
      epoch: 'e1',
    },
    tick('AAPL'),
    varintField(2, 1_700_000_000_001),
    varintField(3, 41),
    varintField(4, 1),
    varintField(5, 100),
    bytesField(6, 'e1'),
  ),
  message(
    'DATA_BATCH with every extension, ticks 101, 103 and 110',
    TYPE.DATA_BATCH,
    'DataBatch',
    {
      ticks: [tickFields, { ...tickFields, symbol: 'MSFT' }, { ...tickFields, symbol: 'V', metadata: { venue: 'X' } }],
      batchTimestampMs: '1700000000001',
      batchSequence: 4_294_967_295,
      streamSequence: '101',
      epoch: 'e1',
      sequenceDeltas: [2, 7],
      previousSequence: '98',
      omitted: 2,
    },
    tick('AAPL'),
    tick('MSFT'),
    tick('V', mapField(10, { venue: 'X' })),
    varintField(2, 1_700_000_000_001),
    varintField(3, 4_294_967_295),
    varintField(5, 101),
    bytesField(6, 'e1'),
    bytesField(7, Buffer.of(2, 7)),
    varintField(8, 98),
    varintField(9, 2),
  ),
  message(
    'ERROR',
    TYPE.ERROR,
    'ErrorResponse',
    { code: 4, message: 'mode 3 is not valid', details: 'allowed: 1, 2', timestampMs: '1700000000000' },
    varintField(1, 4),
    bytesField(2, 'mode 3 is not valid'),
    bytesField(3, 'allowed: 1, 2'),
    varintField(4, 1_700_000_000_000),
  ),
  message(
    'ERROR 14 POSITION_UNAVAILABLE (extension)',
    TYPE.ERROR,
    'ErrorResponse',
    { code: 14, message: 'gone', timestampMs: '1700000000000', earliestSequence: '5000', epoch: 'e1' },
    varintField(1, 14),
    bytesField(2, 'gone'),
    varintField(4, 1_700_000_000_000),
    varintField(5, 5_000),
    bytesField(6, 'e1'),
  ),
  message(
    'ACK of AUTH',
    TYPE.ACK,
    'AckResponse',
    { ackType: 1, success: true, message: 'Authentication successful', timestampMs: '1700000000000' },
    varintField(1, 1),
    varintField(2, 1),
    bytesField(3, 'Authentication successful'),
    varintField(4, 1_700_000_000_000),
  ),
  message(
    'ACK of SUBSCRIBE with the position in its metadata',
    TYPE.ACK,
    'AckResponse',
    {
      ackType: 2,
      success: true,
      message: 'Subscription confirmed',
      timestampMs: '1700000000000',
      metadata: { epoch: 'e1', stream_sequence: '100', earliest_sequence: '1' },
    },
    varintField(1, 2),
    varintField(2, 1),
    bytesField(3, 'Subscription confirmed'),
    varintField(4, 1_700_000_000_000),
    mapField(5, { epoch: 'e1', stream_sequence: '100', earliest_sequence: '1' }),
  ),
  message(
    'PONG',
    TYPE.PONG,
    'HeartbeatResponse',
    { clientTimestampMs: '1700000000000', serverTimestampMs: '1700000000042', sequence: '1' },
    varintField(1, 1_700_000_000_000),
    varintField(2, 1_700_000_000_042),
    varintField(3, 1),
  ),
  message(
    'GOAWAY (extension)',
    TYPE.GOAWAY,
    'GoAway',
    { reason: 'drain', reconnectWithinMs: '5000', deadlineMs: '1700000010000' },
    bytesField(1, 'drain'),
    varintField(2, 5_000),
    varintField(3, 1_700_000_010_000),
  ),
  sized('a payload of 16,384 bytes', 16_384),
  sized('a payload of 65,535 bytes', 65_535),
  sized('a payload of 65,536 bytes, the largest', 65_536),
  { name: 'a type that is unknown is a frame all the same', bytes: frame(99).toString('hex'), type: 99, payload: '' },
  { name: 'type 0 is a frame all the same', bytes: frame(0).toString('hex'), type: 0, payload: '' },
];
