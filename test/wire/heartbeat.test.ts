import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { closeAll, expectCurrent, expectErrorAndClose, openAuthenticated, openSubscribed } from './clients.ts';
import { heartbeatFrame, pongOf } from './messages.ts';
import { varintField } from './raw-protobuf.ts';
import { frame, TYPE } from './raw-frame.ts';
import type { ServerProcess } from './server-process.ts';
import { startServer, TRANSPORTS } from './transport.ts';

describe.each(TRANSPORTS)('over %s', (transport) => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer(transport);
  });
  afterEach(closeAll);
  afterAll(() => server.stop());

  const HOUR_MS = 3_600_000;

  describe('HEARTBEAT', () => {
    it('before SUBSCRIBE gets a PONG that echoes timestamp and sequence', async () => {
      const connection = await openAuthenticated(server);
      const timestampMs = Date.now() - 1_234;
      connection.send(heartbeatFrame(timestampMs, 42));
      const answer = await connection.next();
      expect(answer.type).toBe(TYPE.PONG);
      expect(pongOf(answer)).toMatchObject({ clientTimestampMs: timestampMs, sequence: 42 });
      expectCurrent(pongOf(answer).serverTimestampMs);
    });

    it('after SUBSCRIBE gets its PONG between the batches', async () => {
      const connection = await openSubscribed(server);
      await connection.nextOf(TYPE.DATA_BATCH);
      connection.send(heartbeatFrame(Date.now(), 7));
      expect(pongOf(await connection.nextOf(TYPE.PONG)).sequence).toBe(7);
      await connection.nextOf(TYPE.DATA_BATCH);
    });

    it('sequences are echoed exactly: 0, and the largest uint64', async () => {
      const connection = await openAuthenticated(server);
      const largest = varintField(2, 2n ** 64n - 1n);
      connection.send(frame(TYPE.HEARTBEAT, Buffer.concat([varintField(1, Date.now()), largest])));
      expect((await connection.next()).payload.includes(largest.subarray(1))).toBe(true);
      connection.send(heartbeatFrame(Date.now(), 0));
      expect(pongOf(await connection.next()).sequence).toBe(0);
    });

    it('200 in one segment are all answered, in order', async () => {
      const connection = await openAuthenticated(server);
      connection.send(...Array.from({ length: 200 }, (_, index) => heartbeatFrame(Date.now(), index + 1)));
      const sequences: number[] = [];
      while (sequences.length < 200) sequences.push(pongOf(await connection.nextOf(TYPE.PONG)).sequence);
      expect(sequences).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    });

    it.each([
      ['23 hours old', -23 * HOUR_MS],
      ['4 minutes ahead', 240_000],
    ])('%s is answered', async (_, offsetMs) => {
      const connection = await openAuthenticated(server);
      connection.send(heartbeatFrame(Date.now() + offsetMs, 1));
      expect((await connection.next()).type).toBe(TYPE.PONG);
    });

    it.each([
      ['without payload', frame(TYPE.HEARTBEAT)],
      ['with timestamp 0', heartbeatFrame(0, 1)],
      ['without a timestamp', frame(TYPE.HEARTBEAT, varintField(2, 1))],
      ['with a negative timestamp', heartbeatFrame(-1, 1)],
      ['25 hours old', heartbeatFrame(Date.now() - 25 * HOUR_MS, 1)],
      ['6 minutes ahead', heartbeatFrame(Date.now() + 360_000, 1)],
    ])('%s: ERROR 8 and close', async (_, bytes) => {
      const connection = await openAuthenticated(server);
      connection.send(bytes);
      await expectErrorAndClose(connection, 8);
    });
  });
});
