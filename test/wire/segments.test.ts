import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { closeAll, expectErrorAndClose, open, openAuthenticated } from './clients.ts';
import { ackOf, authFrame, heartbeatFrame, pongOf, subscribeFrame } from './messages.ts';
import { TYPE } from './raw-frame.ts';
import { PASSWORD, USERNAME, type ServerProcess } from './server-process.ts';
import { startServer, TRANSPORTS } from './transport.ts';

describe.each(TRANSPORTS)('over %s', (transport) => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer(transport);
  });
  afterEach(closeAll);
  afterAll(() => server.stop());

  const auth = authFrame({ username: USERNAME, password: PASSWORD });
  const conversation = (): Buffer =>
    Buffer.concat([auth, heartbeatFrame(Date.now(), 1), subscribeFrame({ mode: 1 }), heartbeatFrame(Date.now(), 2)]);

  /** What the conversation above is answered with, batches left out. */
  const answers = [TYPE.ACK, TYPE.PONG, TYPE.ACK, TYPE.PONG];

  describe('frames', () => {
    it('of a whole conversation in one segment are answered in order', async () => {
      const connection = await open(server);
      connection.send(conversation());
      await connection.until(
        () => connection.frames.filter(({ type }) => type === TYPE.PONG).length === 2,
        'both PONGs',
      );
      expect(connection.frames.map(({ type }) => type).filter((type) => type !== TYPE.DATA_BATCH)).toEqual(answers);
    });

    it('of a whole conversation byte by byte are answered in order', async () => {
      const connection = await open(server);
      for (const byte of conversation()) {
        connection.send(Buffer.from([byte]));
        // Without Nagle each byte goes out as a segment of its own.
        await nextTurn();
      }
      await connection.until(
        () => connection.frames.filter(({ type }) => type === TYPE.PONG).length === 2,
        'both PONGs',
      );
      expect(connection.frames.map(({ type }) => type).filter((type) => type !== TYPE.DATA_BATCH)).toEqual(answers);
    });

    it.each([1, 2, 3, 4, 7, 8, 9, auth.length - 4, auth.length - 1])(
      'cut after byte %i are put together',
      async (at) => {
        const connection = await open(server);
        connection.send(auth.subarray(0, at));
        await nextTurn();
        connection.send(auth.subarray(at), heartbeatFrame(Date.now(), 5).subarray(0, at));
        expect(ackOf(await connection.next()).success).toBe(true);
      },
    );

    it('that end in the middle of a segment go on in the next', async () => {
      const connection = await openAuthenticated(server);
      const stream = Buffer.concat(Array.from({ length: 500 }, (_, index) => heartbeatFrame(Date.now(), index + 1)));
      for (let at = 0; at < stream.length; at += 997) {
        connection.send(stream.subarray(at, at + 997));
        await nextTurn();
      }
      for (let sequence = 1; sequence <= 500; sequence += 1) {
        expect(pongOf(await connection.next()).sequence).toBe(sequence);
      }
    });

    it('are all answered when the client ends its side right behind them', async () => {
      const connection = await open(server, { allowHalfOpen: true });
      connection.socket.end(conversation());
      const frames = await connection.untilClosed();
      expect(frames.map(({ type }) => type).filter((type) => type !== TYPE.DATA_BATCH)).toEqual(answers);
      expect(connection.error).toBeUndefined();
    });

    it('that end with a wrong password and the end of the client’s side are told so', async () => {
      const connection = await open(server, { allowHalfOpen: true });
      connection.socket.end(authFrame({ username: USERNAME, password: `${PASSWORD}?` }));
      await expectErrorAndClose(connection, 1);
    });
  });
});
