import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { closeAll, expectCurrent, expectErrorAndClose, open, openAuthenticated } from './clients.ts';
import { eventually } from './eventually.ts';
import { ackOf, authFrame, errorOf, type AuthFields } from './messages.ts';
import { frame, TYPE } from './raw-frame.ts';
import { PASSWORD, USERNAME, type ServerProcess } from './server-process.ts';
import { startServer, TRANSPORTS } from './transport.ts';

afterEach(closeAll);

describe.each(TRANSPORTS)('over %s', (transport) => {
  describe('AUTH', () => {
    let server: ServerProcess;
    beforeAll(async () => {
      server = await startServer(transport, { INSTANCE_ID: 'pod-7' });
    });
    afterAll(() => server.stop());

    it('with the right credentials gets one ACK without metadata, as the first implementation sent it', async () => {
      const connection = await open(server);
      const ack = ackOf(
        await connection.auth({ username: USERNAME, password: PASSWORD, clientId: 'c', version: '1.0' }),
      );
      expect(ack).toMatchObject({
        ackType: TYPE.AUTH,
        success: true,
        message: 'Authentication successful',
        metadata: {},
      });
      expectCurrent(ack.timestampMs);
    });

    it('that announces features gets those that are known, the version and the instance', async () => {
      const connection = await open(server);
      const features = ['resume', 'telepathy', 'goaway'];
      const { metadata } = ackOf(await connection.auth({ username: USERNAME, password: PASSWORD, features }));
      expect(metadata['features']!.split(',').sort()).toEqual(['goaway', 'resume']);
      expect(metadata['instance']).toBe('pod-7');
      expect(metadata['server_version']).toMatch(/^\d+\.\d+\.\d+/);
    });

    it('that announces only unknown features is granted none and accepted', async () => {
      const connection = await open(server);
      const { metadata } = ackOf(await connection.auth({ username: USERNAME, password: PASSWORD, features: ['x'] }));
      expect(metadata['features'] ?? '').toBe('');
      expect(metadata['instance']).toBe('pod-7');
    });

    const wrong: [string, AuthFields][] = [
      ['a wrong password', { username: USERNAME, password: 'pass2' }],
      ['a wrong user', { username: 'user2', password: PASSWORD }],
      ['both wrong', { username: 'user2', password: 'pass2' }],
      ['a prefix of the password', { username: USERNAME, password: 'pass' }],
      ['a longer password', { username: USERNAME, password: `${PASSWORD}1` }],
      ['an empty user', { username: '', password: PASSWORD }],
      ['an empty password', { username: USERNAME, password: '' }],
      ['no fields at all', {}],
    ];

    it.each(wrong)('with %s: ERROR 1 and close', async (_, fields) => {
      const connection = await open(server);
      connection.send(authFrame(fields));
      await expectErrorAndClose(connection, 1);
    });

    it('gives no hint which part was wrong', async () => {
      const texts = await Promise.all(
        wrong.map(async ([, fields]) => {
          const connection = await open(server);
          const { code, message, details } = errorOf(await connection.auth(fields));
          return JSON.stringify([code, message, details]);
        }),
      );
      expect(new Set(texts).size).toBe(1);
    });

    it.each([
      ['undecodable bytes', 'ffffff'],
      ['a field that is cut off', '0a10'],
      ['a field of the wrong kind', '0d00000000'],
    ])('with %s: ERROR 1 and close', async (_, payload) => {
      const connection = await open(server);
      connection.send(frame(TYPE.AUTH, Buffer.from(payload, 'hex')));
      await expectErrorAndClose(connection, 1);
    });

    it.each<[string, AuthFields]>([
      ['a user of 65 characters', { username: 'u'.repeat(65), password: PASSWORD }],
      ['a password of 129 characters', { username: USERNAME, password: 'p'.repeat(129) }],
      ['a client_id of 65 characters', { username: USERNAME, password: PASSWORD, clientId: 'c'.repeat(65) }],
      ['a version of 33 characters', { username: USERNAME, password: PASSWORD, version: 'v'.repeat(33) }],
    ])('with %s: ERROR 1 and close', async (_, fields) => {
      const connection = await open(server);
      connection.send(authFrame(fields));
      await expectErrorAndClose(connection, 1);
    });

    it('with a client_id of 64 and a version of 32 characters is accepted', async () => {
      await openAuthenticated(server, { clientId: 'c'.repeat(64), version: 'v'.repeat(32) });
    });

    it('a second time: ERROR 3 and close, right or wrong, subscribed or not', async () => {
      const right = await openAuthenticated(server);
      right.send(authFrame({ username: USERNAME, password: PASSWORD }));
      await expectErrorAndClose(right, 3);
      const wrongAgain = await openAuthenticated(server);
      await wrongAgain.subscribe({ mode: 1 });
      wrongAgain.send(authFrame({ username: 'other', password: 'other' }));
      await expectErrorAndClose(wrongAgain, 3);
    });

    it('takes the longest credentials that the limits allow', async () => {
      const username = 'u'.repeat(64);
      const password = 'p'.repeat(128);
      const longest = await startServer(transport, { AUTH_USERNAME: username, AUTH_PASSWORD: password });
      try {
        await openAuthenticated(longest, { username, password });
      } finally {
        await longest.stop();
      }
    });

    it('is configured by STREAM_USER and STREAM_PASS too', async () => {
      const aliased = await startServer(transport, {
        AUTH_USERNAME: '',
        AUTH_PASSWORD: '',
        STREAM_USER: 'a',
        STREAM_PASS: 'b',
      });
      try {
        await openAuthenticated(aliased, { username: 'a', password: 'b' });
      } finally {
        await aliased.stop();
      }
    });
  });

  describe('too many failures', () => {
    let server: ServerProcess;
    beforeAll(async () => {
      server = await startServer(transport, { AUTH_MAX_ATTEMPTS: '3', AUTH_RATE_LIMIT_WINDOW: '3s' });
    });
    afterAll(() => server.stop());

    const fail = async (localAddress: string, code: number): Promise<void> => {
      const connection = await open(server, { localAddress });
      connection.send(authFrame({ username: USERNAME, password: 'guess' }));
      await expectErrorAndClose(connection, code);
    };

    it('lock the address, for the right password too, and nobody else; the lock ends with the window', async () => {
      const guesser = '127.0.0.66';
      for (let attempt = 0; attempt < 3; attempt += 1) await fail(guesser, 1);
      await fail(guesser, 12);
      const locked = await open(server, { localAddress: guesser });
      locked.send(authFrame({ username: USERNAME, password: PASSWORD }));
      await expectErrorAndClose(locked, 12);

      await openAuthenticated(server, { localAddress: '127.0.0.67' });
      expect((await server.metrics()).value('tick_storm_auth_rate_limited_total')).toBeGreaterThanOrEqual(2);

      await eventually('the lock to end', async () => {
        const again = await open(server, { localAddress: guesser });
        return (await again.auth({ username: USERNAME, password: PASSWORD })).type === TYPE.ACK;
      });
    });

    it('from many addresses never lock the user out', async () => {
      for (let host = 100; host < 106; host += 1) await fail(`127.0.0.${host}`, 1);
      await openAuthenticated(server, { localAddress: '127.0.0.120' });
    });

    it('are forgotten after a success', async () => {
      const clumsy = '127.0.0.68';
      for (let round = 0; round < 2; round += 1) {
        await fail(clumsy, 1);
        await fail(clumsy, 1);
        await openAuthenticated(server, { localAddress: clumsy });
      }
    });

    it('undecodable AUTH counts as a failure', async () => {
      const localAddress = '127.0.0.69';
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const connection = await open(server, { localAddress });
        connection.send(frame(TYPE.AUTH, Buffer.from('ff', 'hex')));
        await expectErrorAndClose(connection, 1);
      }
      await fail(localAddress, 12);
    });
  });
});
