import { afterEach, expect, it } from '@jest/globals';
import { closeAll, expectErrorAndClose, open, openSubscribed } from './clients.ts';
import { authFrame } from './messages.ts';
import { TYPE } from './raw-frame.ts';
import { ServerProcess } from './server-process.ts';

afterEach(closeAll);

it('no secret appears in any output or answer of a server that logs all it can', async () => {
  const secrets = {
    AUTH_PASSWORD: 'pass1',
    ADMIN_TOKEN: 'tell-nobody-this-token',
  };
  const wrong = { password: 'what-the-client-guessed', token: 'what-the-caller-guessed' };
  const server = await ServerProcess.start({ ...secrets, LOG_LEVEL: 'debug', AUTH_MAX_ATTEMPTS: '2', WORKERS: '2' });
  const bodies: string[] = [];
  try {
    const subscriber = await openSubscribed(server, { localAddress: '127.0.0.2' });
    await subscriber.nextOf(TYPE.DATA_BATCH);
    for (const code of [1, 1, 12]) {
      const guesser = await open(server);
      guesser.send(authFrame({ username: 'user1', password: wrong.password }));
      await expectErrorAndClose(guesser, code);
    }
    for (const token of [wrong.token, secrets.ADMIN_TOKEN]) {
      for (const path of ['/connections', '/drain', `/nothing?token=${token}`, '/log-level']) {
        const { body } = await server.admin('GET', path, undefined, { authorization: `Bearer ${token}` });
        bodies.push(JSON.stringify(body));
      }
    }
    await server.admin('PUT', '/log-level', { level: 'debug' }, { authorization: `Bearer ${secrets.ADMIN_TOKEN}` });
    for (const path of ['/metrics', '/stats', '/readyz']) bodies.push((await server.get(path)).body);
  } finally {
    await server.stop();
  }
  expect(server.logs.some(({ level }) => level === 'debug')).toBe(true);
  expect(server.log('admin request without the token')).toBeDefined();
  const output = [server.stdout, server.stderr, ...bodies].join('\n');
  for (const secret of [...Object.values(secrets), ...Object.values(wrong)]) expect(output).not.toContain(secret);
});
