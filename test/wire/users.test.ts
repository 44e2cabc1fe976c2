import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { closeAll, expectErrorAndClose, open, openAuthenticated, openSubscribed } from './clients.ts';
import { eventually } from './eventually.ts';
import { authFrame } from './messages.ts';
import { TYPE } from './raw-frame.ts';
import { ServerProcess } from './server-process.ts';
import { usersFileLine } from './users-file-line.ts';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tick-users-'));
  file = join(folder, 'users');
});
afterEach(closeAll);
afterAll(() => rm(folder, { recursive: true }));

async function write(...lines: string[]): Promise<void> {
  await writeFile(`${file}.new`, `${lines.join('\n')}\n`);
  await rename(`${file}.new`, file);
}

const fileOnly = (): Record<string, string> => ({ AUTH_USERS_FILE: file, AUTH_USERNAME: '', AUTH_PASSWORD: '' });

async function answerTo(server: ServerProcess, username: string, password: string): Promise<number> {
  return (await (await open(server)).auth({ username, password })).type;
}

describe('AUTH_USERS_FILE', () => {
  it('lets its users in, and the one of the environment beside them, and nobody else', async () => {
    await write(usersFileLine('alice', 'pw of alice'), usersFileLine('bob', 'pw of bob'));
    await ServerProcess.with({ AUTH_USERS_FILE: file, WORKERS: '2' }, async (server) => {
      expect(await answerTo(server, 'alice', 'pw of alice')).toBe(TYPE.ACK);
      expect(await answerTo(server, 'bob', 'pw of bob')).toBe(TYPE.ACK);
      expect(await answerTo(server, 'user1', 'pass1')).toBe(TYPE.ACK);
      for (const [username, password] of [
        ['alice', 'pw of bob'],
        ['carol', 'pw of alice'],
        ['user1', 'pass2'],
        ['', ''],
      ] as const) {
        const connection = await open(server);
        connection.send(authFrame({ username, password }));
        await expectErrorAndClose(connection, 1);
      }
    });
  });

  it('is read again while the server runs: who is gone is shut out, who stays notices nothing', async () => {
    await write(usersFileLine('alice', 'one'), usersFileLine('bob', 'two'));
    await ServerProcess.with({ ...fileOnly(), WORKERS: '2' }, async (server) => {
      const alice = await openSubscribed(server, { username: 'alice', password: 'one' });
      const bob = await openSubscribed(server, { username: 'bob', password: 'two' });
      await write('nonsense');
      await eventually('the complaint', () => {
        return server.log('the users file is not valid; the old users stay')?.['problem'] === 'line 1: no "NAME:HASH"';
      });
      expect(await answerTo(server, 'bob', 'two')).toBe(TYPE.ACK);

      await write(usersFileLine('alice', 'new'), usersFileLine('carol', 'three'));
      await eventually('the change', () => server.log('users changed')?.['users'] === 2);
      await expectErrorAndClose(bob, 1);
      expect(await answerTo(server, 'alice', 'one')).toBe(TYPE.ERROR);
      expect(await answerTo(server, 'bob', 'two')).toBe(TYPE.ERROR);
      expect(await answerTo(server, 'carol', 'three')).toBe(TYPE.ACK);
      expect(await answerTo(server, 'alice', 'new')).toBe(TYPE.ACK);
      const before = alice.frames.length;
      await alice.until(() => alice.frames.length > before + 5, 'more batches');
      const closed = { reason: 'user_removed' };
      expect((await server.metrics()).value('tick_storm_connections_closed_total', closed)).toBe(2);
      expect(server.stderr).not.toMatch(/scrypt|\bone\b|\bthree\b/);
    });
  });

  it('that is wrong or missing at start: exit 78 with line and problem', async () => {
    await write('# users', 'alice:secret');
    const wrong = await ServerProcess.run(fileOnly());
    expect(wrong.exit.code).toBe(78);
    expect(wrong.stderr).toMatch(/AUTH_USERS_FILE.*line 2: user \\"alice\\" has no scrypt hash/);
    expect(wrong.stderr).not.toContain('secret');
    const missing = await ServerProcess.run({ ...fileOnly(), AUTH_USERS_FILE: join(folder, 'none') });
    expect(missing.exit.code).toBe(78);
    expect(missing.stderr).toMatch(/AUTH_USERS_FILE.*ENOENT/);
  });

  it('needs no reading again for a storm of equal clients: 500 at once are one run of scrypt', async () => {
    await write(usersFileLine('alice', 'pw', 15));
    await ServerProcess.with({ ...fileOnly(), WORKERS: '2' }, async (server) => {
      const storm = async (): Promise<void> => {
        const connections = await Promise.all(Array.from({ length: 500 }, () => open(server)));
        const answers = connections.map((connection) => connection.auth({ username: 'alice', password: 'pw' }));
        for (const { type } of await Promise.all(answers)) expect(type).toBe(TYPE.ACK);
        closeAll();
      };
      await storm();
      await storm();
      const metrics = await server.metrics();
      expect(metrics.value('tick_storm_password_checks_total')).toBe(1);
      expect(metrics.value('tick_storm_auth_success_total')).toBe(1_000);
    });
  });

  it('a client that leaves while its password is being checked leaves nothing behind', async () => {
    await write(usersFileLine('alice', 'pw', 15));
    await ServerProcess.with(fileOnly(), async (server) => {
      const leavers = await Promise.all(Array.from({ length: 50 }, () => open(server)));
      for (const connection of leavers) connection.send(authFrame({ username: 'alice', password: 'pw' }));
      for (const connection of leavers) connection.close();
      await openAuthenticated(server, { username: 'alice', password: 'pw' });
      closeAll();
      await eventually('all to be gone', async () => {
        return (await server.metrics()).value('tick_storm_active_connections') === 0;
      });
    });
  });
});

describe('limits of a user', () => {
  it('connections: one more is refused with ERROR 12, over all workers; others have their own', async () => {
    await write(`${usersFileLine('alice', 'a')} maxConnections=2`, usersFileLine('bob', 'b'));
    await ServerProcess.with({ ...fileOnly(), WORKERS: '2', MAX_CONNECTIONS_PER_USER: '1' }, async (server) => {
      const alice = { username: 'alice', password: 'a' };
      const first = await openAuthenticated(server, alice);
      await openAuthenticated(server, alice);
      const third = await open(server);
      third.send(authFrame(alice));
      expect((await expectErrorAndClose(third, 12)).message).toBe('this user has too many connections');
      await openAuthenticated(server, { username: 'bob', password: 'b' });
      expect(await answerTo(server, 'bob', 'b')).toBe(TYPE.ERROR);
      first.close();
      await eventually('room', async () => (await answerTo(server, 'alice', 'a')) === TYPE.ACK);
    });
  });

  it('symbols: a subscription for more is refused with ERROR 12, one for as many is not', async () => {
    await write(`${usersFileLine('alice', 'a')} maxSymbols=2`, `${usersFileLine('bob', 'b')} maxSymbols=0`);
    await ServerProcess.with({ ...fileOnly(), MAX_SYMBOLS_PER_USER: '1' }, async (server) => {
      const alice = { username: 'alice', password: 'a' };
      await openSubscribed(server, { ...alice, symbols: ['AAPL', 'MSFT'] });
      for (const symbols of [[], ['*'], ['AAPL', 'MSFT', 'KO'], ['A*']]) {
        const connection = await openAuthenticated(server, alice);
        const answer = await connection.subscribe({ mode: 1, symbols }).catch(() => undefined);
        expect(answer).toBeUndefined();
        expect(connection.frames.at(-1)?.type).toBe(TYPE.ERROR);
      }
      await openSubscribed(server, { username: 'bob', password: 'b' });
    });
  });
});

describe('-hash-password', () => {
  const main = join(dirname(dirname(import.meta.dirname)), 'server', 'src', 'main.ts');

  const hash = async (name: string, input: string): Promise<{ code: number | null; out: string; err: string }> => {
    const child = spawn(process.execPath, ['--conditions=source', main, '-hash-password', name]);
    child.stdin.end(input);
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { code: child.exitCode, out, err };
  };

  it('makes a line that lets the user in, from a password on standard input', async () => {
    const { code, out, err } = await hash('alice', 'pa ss\n');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^alice:\$scrypt\$ln=15,r=8,p=3\$[^\s$]{22}\$[^\s$]{43}\n$/);
    await write(out.trim());
    await ServerProcess.with(fileOnly(), async (server) => {
      expect(await answerTo(server, 'alice', 'pa ss')).toBe(TYPE.ACK);
    });
  });

  it('says what is wrong, and repeats no password', async () => {
    const { code, out, err } = await hash('a:b', 'pa ss');
    expect([code, out]).toEqual([64, '']);
    expect(err).toMatch(/^-hash-password NAME makes no line/);
    expect(err).not.toContain('pa ss');
  });
});
