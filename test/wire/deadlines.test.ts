import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  closeAll,
  expectErrorAndClose,
  expectSilentClose,
  open,
  openAuthenticated,
  openSubscribed,
} from './clients.ts';
import { authFrame, heartbeatFrame } from './messages.ts';
import type { RawConnection } from './raw-connection.ts';
import { TYPE } from './raw-frame.ts';
import { PASSWORD, USERNAME, type ServerProcess } from './server-process.ts';
import { startServer, TRANSPORTS } from './transport.ts';

afterEach(closeAll);

/** Sends `bytes` one by one, `pauseMs` apart, until the connection closes. */
function drip(connection: RawConnection, bytes: Buffer, pauseMs: number): void {
  let at = 0;
  const timer = setInterval(() => {
    if (connection.isClosed || at === bytes.length) clearInterval(timer);
    else connection.send(bytes.subarray(at, (at += 1)));
  }, pauseMs);
}

/** Heartbeats every `pauseMs` until the connection closes. */
function beat(connection: RawConnection, pauseMs: number): void {
  let sequence = 0;
  const timer = setInterval(() => {
    sequence += 1;
    if (connection.isClosed || connection.socket.destroyed) clearInterval(timer);
    else connection.send(heartbeatFrame(Date.now(), sequence));
  }, pauseMs);
}

function count(connection: RawConnection, type: number): number {
  return connection.frames.filter((received) => received.type === type).length;
}

describe.each(TRANSPORTS)('over %s', (transport) => {
  describe('the auth deadline', () => {
    let server: ServerProcess;
    beforeAll(async () => {
      server = await startServer(transport, { AUTH_TIMEOUT: '1s', AUTH_MAX_ATTEMPTS: '1' });
    });
    afterAll(() => server.stop());

    const auth = authFrame({ username: USERNAME, password: PASSWORD });

    it('closes a silent connection', async () => {
      await expectSilentClose(await open(server));
    });

    it('closes one that sent half a header', async () => {
      const connection = await open(server);
      connection.send(auth.subarray(0, 4));
      await expectSilentClose(connection);
    });

    it('closes one that drips AUTH byte by byte, however the bytes trickle', async () => {
      const connection = await open(server);
      // In all six times the deadline: were it counted from the last byte, the frame would be completed.
      drip(connection, auth, 6_000 / auth.length);
      await expectSilentClose(connection);
    });

    it('does not hold for the answer: ERROR 1 to an AUTH in time, although it comes after the deadline', async () => {
      // The answer to the fifth wrong password for one user is held back for 2 s.
      for (let host = 50; host < 55; host += 1) {
        const connection = await open(server, { localAddress: `127.0.0.${host}` });
        connection.send(authFrame({ username: 'guessed-at', password: 'guess' }));
        await expectErrorAndClose(connection, 1);
      }
    });

    it('is over once AUTH is acknowledged', async () => {
      const connection = await openAuthenticated(server);
      beat(connection, 200);
      await connection.until(() => count(connection, TYPE.PONG) >= 8, '8 PONGs, 1.6 times the deadline');
      expect(connection.isClosed).toBe(false);
    });
  });

  describe('SUBSCRIBE_TIMEOUT', () => {
    let server: ServerProcess;
    beforeAll(async () => {
      server = await startServer(transport, { SUBSCRIBE_TIMEOUT: '1s' });
    });
    afterAll(() => server.stop());

    it('closes a connection that never subscribes: ERROR 6', async () => {
      await expectErrorAndClose(await openAuthenticated(server), 6);
    });

    it('also when it heartbeats', async () => {
      const connection = await openAuthenticated(server);
      beat(connection, 200);
      await connection.nextOf(TYPE.PONG);
      await expectErrorAndClose(connection, 6);
    });

    it('is over once subscribed', async () => {
      const connection = await openSubscribed(server);
      beat(connection, 200);
      await connection.until(() => count(connection, TYPE.PONG) >= 8, '8 PONGs, 1.6 times the deadline');
      expect(connection.isClosed).toBe(false);
    });
  });

  describe('HEARTBEAT_TIMEOUT_MS', () => {
    let server: ServerProcess;
    beforeAll(async () => {
      server = await startServer(transport, { HEARTBEAT_INTERVAL_MS: '500', HEARTBEAT_TIMEOUT_MS: '1000' });
    });
    afterAll(() => server.stop());

    it('closes a silent subscriber, although ticks flow: ERROR 7 after the batches', async () => {
      const connection = await openSubscribed(server);
      await connection.nextOf(TYPE.DATA_BATCH);
      await expectErrorAndClose(connection, 7);
      expect((await server.metrics()).value('tick_storm_heartbeat_timeouts_total')).toBeGreaterThanOrEqual(1);
    });

    it('closes a silent client that did not subscribe: ERROR 7', async () => {
      await expectErrorAndClose(await openAuthenticated(server), 7);
    });

    it('half a frame is not a frame: ERROR 7 for a client that drips', async () => {
      const connection = await openSubscribed(server);
      drip(
        connection,
        Buffer.concat(Array.from({ length: 2 }, () => heartbeatFrame(Date.now(), 1))).subarray(0, 20),
        300,
      );
      await connection.nextOf(TYPE.DATA_BATCH);
      await expectErrorAndClose(connection, 7);
    });

    it('never closes a client that heartbeats, for three times the timeout', async () => {
      const connection = await openSubscribed(server);
      beat(connection, 200);
      await connection.until(() => count(connection, TYPE.PONG) >= 15, '15 PONGs');
      expect(connection.isClosed).toBe(false);
      expect(count(connection, TYPE.ERROR)).toBe(0);
    });
  });
});
