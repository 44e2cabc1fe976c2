import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  decodeDataBatch,
  encodeAuthRequest,
  encodeDataBatch,
  encodeFrame,
  encodeHeartbeatRequest,
  encodeSubscribeRequest,
  FrameDecoder,
  MessageType,
} from '@tick-storm/protocol';
import { closeAll, expectErrorAndClose, open } from './clients.ts';
import {
  GOLDEN_AUTH,
  GOLDEN_DATA_BATCH,
  GOLDEN_EMPTY_HEARTBEAT,
  GOLDEN_HEARTBEAT,
  GOLDEN_SUBSCRIBE,
  GOLDEN_SUBSCRIBE_AAPL,
} from './golden.ts';
import { ackOf, authFrame, batchOf, heartbeatFrame, subscribeFrame } from './messages.ts';
import { frame, takeFrame, TYPE } from './raw-frame.ts';
import { PASSWORD, USERNAME, type ServerProcess } from './server-process.ts';
import { startServer, TRANSPORTS } from './transport.ts';

const tick = {
  symbol: 'AAPL',
  timestampMs: 1_700_000_000_000,
  price: 189.25,
  volume: 100,
  bid: 189.2,
  ask: 189.3,
  bidSize: 5,
  askSize: 7,
  mode: 1,
};
const batch = { ticks: [tick], batchTimestampMs: 1_700_000_000_001, batchSequence: 1 };

describe('golden frames, built', () => {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

  it.each([
    ['AUTH', GOLDEN_AUTH, encodeFrame(MessageType.AUTH, encodeAuthRequest({ username: USERNAME, password: PASSWORD }))],
    ['SUBSCRIBE', GOLDEN_SUBSCRIBE, encodeFrame(MessageType.SUBSCRIBE, encodeSubscribeRequest({ mode: 1 }))],
    [
      'SUBSCRIBE AAPL',
      GOLDEN_SUBSCRIBE_AAPL,
      encodeFrame(MessageType.SUBSCRIBE, encodeSubscribeRequest({ mode: 1, symbols: ['AAPL'] })),
    ],
    [
      'HEARTBEAT',
      GOLDEN_HEARTBEAT,
      encodeFrame(MessageType.HEARTBEAT, encodeHeartbeatRequest({ timestampMs: 1_700_000_000_000, sequence: 1 })),
    ],
    ['HEARTBEAT without payload', GOLDEN_EMPTY_HEARTBEAT, encodeFrame(MessageType.HEARTBEAT)],
    ['DATA_BATCH', GOLDEN_DATA_BATCH, encodeFrame(MessageType.DATA_BATCH, encodeDataBatch(batch))],
  ])('the protocol package writes %s as the first implementation did', (_, golden, built) => {
    expect(hex(built)).toBe(hex(golden));
  });

  it.each([
    ['AUTH', GOLDEN_AUTH, authFrame({ username: USERNAME, password: PASSWORD })],
    ['SUBSCRIBE', GOLDEN_SUBSCRIBE, subscribeFrame({ mode: 1 })],
    ['SUBSCRIBE AAPL', GOLDEN_SUBSCRIBE_AAPL, subscribeFrame({ mode: 1, symbols: ['AAPL'] })],
    ['HEARTBEAT', GOLDEN_HEARTBEAT, heartbeatFrame(1_700_000_000_000, 1)],
    ['HEARTBEAT without payload', GOLDEN_EMPTY_HEARTBEAT, frame(TYPE.HEARTBEAT)],
  ])("so does this suite's own writer: %s", (_, golden, built) => {
    expect(hex(built)).toBe(hex(golden));
  });
});

describe('golden frames, read', () => {
  it('DATA_BATCH reads the same through the protocol package and through this suite', () => {
    const decoder = new FrameDecoder();
    decoder.push(GOLDEN_DATA_BATCH);
    const ours = decodeDataBatch(decoder.next()!.payload);
    expect(ours).toMatchObject(batch);
    expect(batchOf(takeFrame(GOLDEN_DATA_BATCH)!.frame)).toEqual(ours);
  });
});

describe.each(TRANSPORTS)('over %s', (transport) => {
  describe('golden frames, sent', () => {
    let server: ServerProcess;
    beforeAll(async () => {
      server = await startServer(transport);
    });
    afterEach(closeAll);
    afterAll(() => server.stop());

    it('AUTH, then SUBSCRIBE, are accepted with the texts that clients know', async () => {
      const connection = await open(server);
      connection.send(GOLDEN_AUTH);
      expect(ackOf(await connection.next())).toMatchObject({
        ackType: TYPE.AUTH,
        success: true,
        message: 'Authentication successful',
      });
      connection.send(GOLDEN_SUBSCRIBE);
      expect(ackOf(await connection.next())).toMatchObject({
        ackType: TYPE.SUBSCRIBE,
        success: true,
        message: 'Subscription confirmed',
      });
      const batchFrame = await connection.next();
      expect([batchFrame.version, batchFrame.type]).toEqual([1, TYPE.DATA_BATCH]);
    });

    it('SUBSCRIBE AAPL brings AAPL and nothing else', async () => {
      const connection = await open(server);
      connection.send(GOLDEN_AUTH, GOLDEN_SUBSCRIBE_AAPL);
      for (let count = 0; count < 3; count += 1) {
        const { ticks } = batchOf(await connection.nextOf(TYPE.DATA_BATCH));
        expect(new Set(ticks.map(({ symbol }) => symbol))).toEqual(new Set(['AAPL']));
      }
    });

    it.each([
      ['with a timestamp of 2023', GOLDEN_HEARTBEAT],
      ['without payload', GOLDEN_EMPTY_HEARTBEAT],
    ])('HEARTBEAT %s gets ERROR 8 and close', async (_, heartbeat) => {
      const connection = await open(server);
      connection.send(GOLDEN_AUTH, heartbeat);
      await connection.nextOf(TYPE.ACK);
      await expectErrorAndClose(connection, 8);
    });

    it('the frames of the server are canonical: what is read is written back byte for byte', async () => {
      const connection = await open(server);
      connection.send(GOLDEN_AUTH, GOLDEN_SUBSCRIBE_AAPL);
      await connection.until(
        () => connection.frames.filter(({ type }) => type === TYPE.DATA_BATCH).length > 3,
        '4 batches',
      );
      for (const received of connection.frames) {
        expect(frame(received.type, received.payload).equals(received.bytes)).toBe(true);
      }
    });
  });
});
