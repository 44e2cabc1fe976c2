import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  closeAll,
  expectErrorAndClose,
  expectSilentClose,
  open,
  openAuthenticated,
  openSubscribed,
} from './clients.ts';
import { eventually } from './eventually.ts';
import { ackOf, authFrame, batchOf, errorOf, heartbeatFrame, subscribeFrame, subscribePayload } from './messages.ts';
import { bytesField } from './raw-protobuf.ts';
import { frame, header, TYPE, type FrameOverrides } from './raw-frame.ts';
import { PASSWORD, USERNAME, type ServerProcess } from './server-process.ts';
import { startServer, TRANSPORTS } from './transport.ts';

describe.each(TRANSPORTS)('over %s', (transport) => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer(transport);
  });
  afterEach(closeAll);
  afterAll(() => server.stop());

  const heartbeat = (): Buffer => heartbeatFrame(Date.now(), 1);

  const faults: [string, FrameOverrides, number][] = [
    ['bad magic', { magic: 0xf57e }, 8],
    ['bad first byte', { magic: 0x007d }, 8],
    ['version 0', { version: 0 }, 10],
    ['version 2', { version: 2 }, 10],
    ['a payload of 65,537 bytes', { length: 65_537 }, 11],
    ['a payload of 4 GiB', { length: 0xffff_ffff }, 11],
    ['a wrong checksum', { crcFlip: 1 }, 9],
    ['a wrong checksum in the highest bit', { crcFlip: 0x8000_0000 }, 9],
    ['bad magic before a bad version', { magic: 0, version: 9 }, 8],
    ['a bad version before a bad length', { version: 9, length: 1 << 30 }, 10],
  ];

  describe('a broken frame after AUTH', () => {
    it.each(faults)('%s: ERROR and close', async (_, overrides, code) => {
      const connection = await openAuthenticated(server);
      connection.send(frame(TYPE.HEARTBEAT, Buffer.alloc(0), overrides));
      await expectErrorAndClose(connection, code);
    });

    it.each(faults)('%s, while ticks flow: one ERROR after the batches, and close', async (_, overrides, code) => {
      const connection = await openSubscribed(server);
      await connection.nextOf(TYPE.DATA_BATCH);
      connection.send(frame(TYPE.HEARTBEAT, Buffer.alloc(0), overrides));
      await expectErrorAndClose(connection, code);
    });

    it('the length is refused at the header, before any payload is awaited', async () => {
      const connection = await openAuthenticated(server);
      connection.send(header(TYPE.SUBSCRIBE, 65_537));
      await expectErrorAndClose(connection, 11);
    });

    it('the checksum is checked before the type', async () => {
      const connection = await openAuthenticated(server);
      connection.send(frame(99, Buffer.alloc(0), { crcFlip: 1 }));
      await expectErrorAndClose(connection, 9);
    });

    it('the type is checked before the protobuf', async () => {
      const connection = await openAuthenticated(server);
      connection.send(frame(TYPE.AUTH, Buffer.from([0xff, 0xff])));
      await expectErrorAndClose(connection, 3);
    });

    it('a second fault in the same segment gets no second ERROR, and nothing is answered after the first', async () => {
      const connection = await openAuthenticated(server);
      connection.send(
        frame(TYPE.HEARTBEAT, Buffer.alloc(0), { version: 3 }),
        heartbeat(),
        frame(99),
        Buffer.alloc(500, 0x55),
      );
      await expectErrorAndClose(connection, 10);
    });

    it('frames before the fault in the same segment are answered first', async () => {
      const connection = await openAuthenticated(server);
      connection.send(heartbeat(), heartbeat(), frame(99));
      const [first, second] = [await connection.next(), await connection.next()];
      expect([first.type, second.type]).toEqual([TYPE.PONG, TYPE.PONG]);
      await expectErrorAndClose(connection, 8);
    });
  });

  describe('a frame that a client must not send', () => {
    it.each([0, TYPE.DATA_BATCH, TYPE.ERROR, TYPE.ACK, TYPE.PONG, TYPE.GOAWAY, 9, 10, 127, 128, 255])(
      'type %i: ERROR 8 and close',
      async (type) => {
        const connection = await openAuthenticated(server);
        connection.send(frame(type));
        await expectErrorAndClose(connection, 8);
      },
    );

    it.each([
      ['SUBSCRIBE', TYPE.SUBSCRIBE, 'ff'],
      ['SUBSCRIBE with a field that is cut off', TYPE.SUBSCRIBE, '08011220'],
      ['HEARTBEAT', TYPE.HEARTBEAT, 'ffffffffffffffffffffff'],
      ['HEARTBEAT with a field that is cut off', TYPE.HEARTBEAT, '0880'],
    ])('an undecodable %s: ERROR 8 and close', async (_, type, payload) => {
      const connection = await openAuthenticated(server);
      connection.send(frame(type, Buffer.from(payload, 'hex')));
      await expectErrorAndClose(connection, 8);
    });
  });

  describe('a broken first frame', () => {
    it.each([
      ['wrong magic', frame(TYPE.AUTH, Buffer.alloc(0), { magic: 0x1603 })],
      ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: tick-storm\r\n\r\n')],
      ['one wrong byte', Buffer.from([0x00])],
      ['a right first byte and a wrong second', Buffer.from([0xf5, 0x00])],
      ['65 kB of garbage', Buffer.alloc(65_000, 0xa5)],
    ])('%s: close without a word', async (_, bytes) => {
      const connection = await open(server);
      connection.send(bytes);
      await expectSilentClose(connection);
    });

    it.each<[string, FrameOverrides, number]>([
      ['version 2', { version: 2 }, 10],
      ['a payload of 65,537 bytes', { length: 65_537 }, 11],
      ['a wrong checksum', { crcFlip: 0xff }, 9],
    ])('%s: ERROR and close', async (_, overrides, code) => {
      const connection = await open(server);
      connection.send(
        frame(TYPE.AUTH, authFrame({ username: USERNAME, password: PASSWORD }).subarray(8, -4), overrides),
      );
      await expectErrorAndClose(connection, code);
    });

    it('the checksum is checked before the state: a broken SUBSCRIBE first gets ERROR 9, not 2', async () => {
      const connection = await open(server);
      connection.send(frame(TYPE.SUBSCRIBE, subscribePayload({ mode: 1 }), { crcFlip: 1 }));
      await expectErrorAndClose(connection, 9);
    });

    it.each([0, TYPE.SUBSCRIBE, TYPE.HEARTBEAT, TYPE.DATA_BATCH, TYPE.ERROR, TYPE.ACK, TYPE.PONG, TYPE.GOAWAY, 9, 255])(
      'type %i first: ERROR 2 and close',
      async (type) => {
        const connection = await open(server);
        connection.send(frame(type));
        await expectErrorAndClose(connection, 2);
      },
    );
  });

  describe('sizes', () => {
    it('a payload of exactly 65,536 bytes is accepted, unknown fields and all', async () => {
      const connection = await openAuthenticated(server);
      const known = subscribePayload({ mode: 1, symbols: ['AAPL'] });
      // Field 1000, length-delimited: a tag of two bytes and a length of three.
      const padding = bytesField(1_000, Buffer.alloc(65_536 - known.length - 5));
      connection.send(frame(TYPE.SUBSCRIBE, Buffer.concat([known, padding])));
      expect(ackOf(await connection.next())).toMatchObject({ ackType: TYPE.SUBSCRIBE, success: true });
    });

    it('unknown fields in AUTH and HEARTBEAT are ignored', async () => {
      const connection = await open(server);
      const auth = authFrame({ username: USERNAME, password: PASSWORD }).subarray(8, -4);
      connection.send(frame(TYPE.AUTH, Buffer.concat([auth, bytesField(77, 'future')])));
      expect(ackOf(await connection.next()).success).toBe(true);
      connection.send(frame(TYPE.HEARTBEAT, Buffer.concat([heartbeat().subarray(8, -4), bytesField(77, 'future')])));
      expect((await connection.next()).type).toBe(TYPE.PONG);
    });
  });

  describe('a close', () => {
    it('follows the ERROR although the client never closes its side, and frees the connection', async () => {
      const before = (await server.metrics()).value('tick_storm_active_connections');
      const connection = await openAuthenticated(server, { allowHalfOpen: true });
      connection.send(frame(99));
      await expectErrorAndClose(connection, 8);
      await eventually('the server to let go of the connection', async () => {
        return (await server.metrics()).value('tick_storm_active_connections') <= before;
      });
    });

    it('is orderly although the client goes on sending: the ERROR arrives, no reset eats it', async () => {
      const connection = await openAuthenticated(server);
      connection.send(frame(99), Buffer.alloc(1 << 20, 0x42));
      await expectErrorAndClose(connection, 8);
    });

    it('lets the ERROR arrive before any reset, although the client never stops sending', async () => {
      const connection = await openAuthenticated(server);
      const flood = (): void => {
        if (connection.isClosed || connection.socket.destroyed) return;
        // On without end: each chunk that the kernel has taken is followed by the next.
        connection.socket.write(Buffer.alloc(16_384, 0x42), flood);
      };
      connection.send(frame(99));
      flood();
      const answer = await connection.next();
      expect([answer.type, errorOf(answer).code, connection.error]).toEqual([TYPE.ERROR, 8, undefined]);
      expect(await connection.untilClosed()).toEqual([]);
    });

    it('waits for a client that reads late: every batch that was sent arrives, then the ERROR', async () => {
      const connection = await openSubscribed(server);
      await connection.nextOf(TYPE.DATA_BATCH);
      connection.socket.pause();
      const before = connection.frames.length;
      const other = await openSubscribed(server);
      await other.until(() => other.frames.length > 60, 'what the paused client is to get too');
      const errors = async (): Promise<number> =>
        (await server.metrics()).value('tick_storm_errors_total', { error_code: 'INVALID_MESSAGE' });
      const errorsBefore = await errors();
      connection.send(frame(99));
      await eventually('the server to have answered', async () => (await errors()) > errorsBefore);
      connection.socket.resume();
      await expectErrorAndClose(connection, 8);
      const numbers = connection.frames.filter(({ type }) => type === TYPE.DATA_BATCH).map(batchOf);
      expect(numbers.length).toBeGreaterThan(before);
      for (const [index, { batchSequence }] of numbers.entries()) {
        expect(batchSequence).toBe(numbers[0]!.batchSequence + index);
      }
    });

    it('by the client leaves nothing behind, before AUTH and after', async () => {
      const early = await open(server);
      const late = await openSubscribed(server);
      early.close();
      late.close();
      await eventually('no connection to be left', async () => {
        const metrics = await server.metrics();
        return (
          metrics.value('tick_storm_active_connections') === 0 &&
          metrics.value('tick_storm_subscriptions_current') === 0
        );
      });
    });

    it('of the write side by the client ends the connection too', async () => {
      const connection = await openAuthenticated(server);
      connection.send(subscribeFrame({ mode: 1 }));
      await connection.nextOf(TYPE.DATA_BATCH);
      connection.socket.end();
      await connection.untilClosed();
      expect(connection.error).toBeUndefined();
    });
  });
});
