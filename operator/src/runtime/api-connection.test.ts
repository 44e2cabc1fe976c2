import { KubeConfig, type User } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { request } from 'undici';
import { ApiConnection } from './api-connection.ts';
import { trusted } from './trusted.ts';

let folder = '';
let connection: ApiConnection | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'api-connection-'));
});
afterEach(async () => {
  await connection?.close();
  connection = undefined;
  await rm(folder, { recursive: true });
});

/** A connection of this user, to a server that nobody asks, and the clock that it goes by. */
function connectionOf(user: User, cluster: { readonly proxyUrl?: string } = {}) {
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'c', server: 'https://192.0.2.1', skipTLSVerify: true, ...cluster }, user);
  const clock = { nowMs: 0 };
  connection = new ApiConnection(config, () => clock.nowMs);
  return { clock, config, connection };
}

const authorization = (access: { readonly headers: Readonly<Record<string, string>> }): string | undefined =>
  access.headers['Authorization'];

describe('ApiConnection of a user whose token is in a file', () => {
  let file = '';
  beforeEach(async () => {
    file = join(folder, 'token');
    await writeFile(file, 'first\n');
  });
  const pod = (): User => ({ name: 'pod', authProvider: { name: 'tokenFile', config: { tokenFile: file } } });

  it('sends it without the end of its line', async () => {
    expect(authorization(await connectionOf(pod()).connection.access())).toBe('Bearer first');
  });

  it('reads it anew after 30 seconds, and at once when it is refused', async () => {
    const { connection: way, clock } = connectionOf(pod());
    const first = await way.access();
    await writeFile(file, 'second');
    clock.nowMs += 29_999;
    expect(await way.access()).toBe(first);
    clock.nowMs += 1;
    const second = await way.access();
    expect(authorization(second)).toBe('Bearer second');
    await writeFile(file, 'third');
    expect(authorization(await way.access(second))).toBe('Bearer third');
  });

  it('reads it anew also after the wall clock went back', async () => {
    const { connection: way, clock } = connectionOf(pod());
    await way.access();
    await writeFile(file, 'second');
    const jumped = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 365 * 24 * 3_600_000);
    clock.nowMs += 30_000;
    const access = await way.access();
    jumped.mockRestore();
    expect(authorization(access)).toBe('Bearer second');
  });

  it('does not read for a refusal that another request has acted on', async () => {
    const { connection: way } = connectionOf(pod());
    const first = await way.access();
    const second = await way.access(first);
    expect(await way.access(first)).toBe(second);
  });

  it('uses on what it has while there is nothing to be read, unless that was refused', async () => {
    const { connection: way, clock } = connectionOf(pod());
    const first = await way.access();
    await writeFile(file, ' \n');
    clock.nowMs += 30_000;
    expect(await way.access()).toBe(first);
    await expect(way.access(first)).rejects.toThrow('token is empty');
    await writeFile(file, 'second');
    clock.nowMs += 5_000;
    expect(authorization(await way.access())).toBe('Bearer second');
  });

  it('fails when there is nothing to begin with', async () => {
    await rm(file);
    await expect(connectionOf(pod()).connection.access()).rejects.toThrow('ENOENT');
  });
});

it('ApiConnection of a user who acts as another sends the name, and nothing of the groups', async () => {
  const config = new KubeConfig();
  const user = { token: 't', as: 'alice', 'as-groups': ['a', 'b'] };
  config.loadFromString(
    JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: 'https://192.0.2.1' } }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }),
  );
  connection = new ApiConnection(config);
  const { headers } = await connection.access();
  expect(headers).toEqual({ Authorization: 'Bearer t', 'Impersonate-User': 'alice' });
});

describe('ApiConnection whose credentials are not to be had', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'performance', 'queueMicrotask', 'Date'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** A connection whose readings end when the test says so, with the token that it gives. */
  function slowConnection() {
    const { clock, config, connection: way } = connectionOf({ name: 'u' });
    const readings: ((token: string) => void)[] = [];
    jest.spyOn(config, 'applyToHTTPSOptions').mockImplementation(async (options) => {
      const { promise, resolve } = Promise.withResolvers<string>();
      readings.push(resolve);
      options.headers = { Authorization: `Bearer ${await promise}` };
    });
    return { clock, way, readings };
  }

  /** The same, which has credentials that are no longer fresh. */
  async function staleConnection() {
    const slow = slowConnection();
    const beginning = slow.way.access();
    slow.readings[0]!('first');
    const first = await beginning;
    slow.clock.nowMs += 30_000;
    return { ...slow, first };
  }

  it('uses on what it has after two seconds, and waits no more for the same reading', async () => {
    const { way, readings, first } = await staleConnection();
    const ended: unknown[] = [];
    const waiting = way.access().then((access) => ended.push(access));
    await jest.advanceTimersByTimeAsync(1_999);
    expect(ended).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    await waiting;
    expect([ended[0], await way.access()]).toEqual([first, first]);
    expect(readings).toHaveLength(2);
    readings[1]!('slow');
    await jest.advanceTimersByTimeAsync(0);
    expect(authorization(await way.access())).toBe('Bearer slow');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('begins another reading some time after 30 seconds, and takes what comes late', async () => {
    const { clock, way, readings, first } = await staleConnection();
    const waiting = way.access();
    await jest.advanceTimersByTimeAsync(30_000);
    expect([await waiting, await way.access()]).toEqual([first, first]);
    clock.nowMs += 4_999;
    expect([await way.access(), readings.length]).toEqual([first, 2]);
    clock.nowMs += 1;
    const anew = way.access();
    expect(readings).toHaveLength(3);
    readings[1]!('late');
    await jest.advanceTimersByTimeAsync(2_000);
    expect(authorization(await anew)).toBe('Bearer late');
    readings[2]!('newest');
    await jest.advanceTimersByTimeAsync(0);
    expect(authorization(await way.access())).toBe('Bearer newest');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('waits for the whole reading where what it has was refused', async () => {
    const { way, readings, first } = await staleConnection();
    const ended: unknown[] = [];
    const waiting = way.access(first).then((access) => ended.push(access));
    await jest.advanceTimersByTimeAsync(29_000);
    expect(ended).toEqual([]);
    readings[1]!('second');
    await waiting;
    expect(ended).toMatchObject([{ headers: { Authorization: 'Bearer second' } }]);
  });

  it('says after 30 seconds that there are none to begin with, and reads anew', async () => {
    const { way, readings } = slowConnection();
    const failing = expect(way.access()).rejects.toThrow('could not be read within 30 s');
    await jest.advanceTimersByTimeAsync(30_000);
    await failing;
    const second = way.access();
    readings[1]!('second');
    expect(authorization(await second)).toBe('Bearer second');
  });

  it('keeps what a newer reading has brought when an older one ends', async () => {
    const { way, readings } = slowConnection();
    const failing = expect(way.access()).rejects.toThrow('could not be read');
    await jest.advanceTimersByTimeAsync(30_000);
    await failing;
    const newer = way.access();
    readings[1]!('newer');
    const access = await newer;
    readings[0]!('older');
    await jest.advanceTimersByTimeAsync(0);
    expect(await way.access()).toBe(access);
  });
});

describe('ApiConnection of a user with a credential plugin', () => {
  const API_VERSION = 'client.authentication.k8s.io/v1';
  /** What the plugin gives. */
  const give = async (status: object): Promise<void> => {
    const credential = { apiVersion: API_VERSION, kind: 'ExecCredential', status };
    await writeFile(join(folder, 'credential'), JSON.stringify(credential));
  };
  /** A user whose plugin is this script of a shell, which is in the test's folder. */
  const pluginUser = (script: string, more: Partial<User> = {}): User => {
    const exec = {
      apiVersion: API_VERSION,
      command: 'sh',
      args: ['-c', `cd "$FOLDER"; ${script}`],
      env: [{ name: 'FOLDER', value: folder }],
    };
    return { name: 'plugin', exec, ...more };
  };

  it('sends what the plugin gives, and runs it again when that has expired or was refused', async () => {
    const { connection: way, clock } = connectionOf(pluginUser('echo >> runs; cat credential'));
    const again = async (): Promise<string | undefined> => {
      clock.nowMs += 30_000;
      return authorization(await way.access());
    };
    await give({ token: 'first' });
    expect(authorization(await way.access())).toBe('Bearer first');
    await give({ token: 'second', expirationTimestamp: new Date(Date.now() + 3_600_000).toISOString() });
    expect(await again()).toBe('Bearer first');
    expect(authorization(await way.access(await way.access()))).toBe('Bearer second');
    await give({ token: 'third', expirationTimestamp: '2026-01-01T00:00:00Z' });
    expect(await again()).toBe('Bearer second');
    expect(authorization(await way.access(await way.access()))).toBe('Bearer third');
    await give({ token: 'fourth' });
    expect(await again()).toBe('Bearer fourth');
    expect(await readFile(join(folder, 'runs'), 'utf8')).toBe('\n'.repeat(4));
  });

  it('shows the certificate that the plugin gives, and not one in a file', async () => {
    await give({ clientCertificateData: 'certificate', clientKeyData: 'key' });
    const [certFile, keyFile] = [join(folder, 'none.crt'), join(folder, 'none.key')];
    const { connection: way, clock } = connectionOf(pluginUser('cat credential', { certFile, keyFile }));
    const { dispatcher, headers } = await way.access();
    expect(headers).toEqual({});
    await give({ clientCertificateData: 'another', clientKeyData: 'key' });
    clock.nowMs += 30_000;
    expect((await way.access()).dispatcher).toBe(dispatcher);
    expect((await way.access(await way.access())).dispatcher).not.toBe(dispatcher);
  });

  it('tells the plugin what is wanted, and gives it nothing to read', async () => {
    const { connection: way } = connectionOf(
      pluginUser('cat > input; echo "$KUBERNETES_EXEC_INFO" > info; cat credential'),
    );
    await give({ token: 't' });
    await way.access();
    expect(await readFile(join(folder, 'input'), 'utf8')).toBe('');
    const info: unknown = JSON.parse(await readFile(join(folder, 'info'), 'utf8'));
    expect(info).toEqual({ apiVersion: API_VERSION, kind: 'ExecCredential', spec: { interactive: false } });
  });

  it.each([
    ['that ends with a failure', 'echo no session >&2; exit 3', 'credential plugin sh has failed (3) no session'],
    ['that gives no credential', 'echo "{}"', 'credential plugin sh has given neither a token nor a certificate'],
    ['that gives no JSON', 'echo secret-token', /^the credential plugin sh has given neither .* with its key$/],
    ['that gives no key', `echo '{"status":{"clientCertificateData":"c"}}'`, 'neither a token nor a certificate'],
  ])('says what is wrong with a plugin %s', async (_, script, words) => {
    await expect(connectionOf(pluginUser(script)).connection.access()).rejects.toThrow(words);
  });

  it('says so when there is no such plugin, and not what it would have been told', async () => {
    const exec = { apiVersion: API_VERSION, command: 'no-such-plugin', args: ['--secret=s3cret'] };
    const { connection: way } = connectionOf({ name: 'plugin', exec });
    await expect(way.access()).rejects.toThrow(/^the credential plugin no-such-plugin has failed \(ENOENT\)$/);
  });

  describe('that hangs', () => {
    const HANGS = 'echo $$ > pid.new; mv pid.new pid; exec sleep 600';
    beforeEach(() => {
      jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'performance', 'queueMicrotask', 'Date'] });
    });
    afterEach(async () => {
      jest.useRealTimers();
      const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    });

    const hangingPlugin = (): Promise<number> =>
      until(async () => Number(await readFile(join(folder, 'pid'), 'utf8').catch(() => '')) || undefined);
    const gone = (pid: number): Promise<boolean> => until(async () => !isAlive(pid) || undefined);

    it('holds nobody up for long who has credentials, and is killed', async () => {
      const { connection: way, clock } = connectionOf(pluginUser(`if [ -e hang ]; then ${HANGS}; fi; cat credential`));
      await give({ token: 'first', expirationTimestamp: '2026-01-01T00:00:00Z' });
      const first = await way.access();
      await writeFile(join(folder, 'hang'), '');
      clock.nowMs += 30_000;
      const waiting = way.access();
      const pid = await hangingPlugin();
      await jest.advanceTimersByTimeAsync(2_000);
      expect(await waiting).toBe(first);
      await jest.advanceTimersByTimeAsync(27_999);
      expect(isAlive(pid)).toBe(true);
      await jest.advanceTimersByTimeAsync(1);
      expect(await gone(pid)).toBe(true);
    });

    it('ends with the connection', async () => {
      const { connection: way } = connectionOf(pluginUser(HANGS));
      const failing = expect(way.access()).rejects.toThrow('is closed');
      const pid = await hangingPlugin();
      await way.close();
      await failing;
      expect(await gone(pid)).toBe(true);
    });
  });
});

describe('ApiConnection', () => {
  it('makes one pool for all who begin at once', async () => {
    const { connection: way } = connectionOf({ name: 'u', token: 't' });
    const [first, second] = await Promise.all([way.access(), way.access()]);
    expect(second.dispatcher).toBe(first.dispatcher);
  });

  it('takes a new pool when certificates change, and lets what is under way on the old one end', async () => {
    const [certFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
    await Promise.all([writeFile(certFile, 'first'), writeFile(keyFile, 'key')]);
    const { connection: way, clock } = connectionOf({ name: 'u', certFile, keyFile });
    const first = await way.access();
    clock.nowMs += 30_000;
    expect((await way.access()).dispatcher).toBe(first.dispatcher);
    await writeFile(certFile, 'second');
    clock.nowMs += 30_000;
    const second = await way.access();
    expect(second.dispatcher).not.toBe(first.dispatcher);
    await expect(request('http://127.0.0.1:1', { dispatcher: first.dispatcher })).rejects.toThrow(/closed|destroyed/);
  });

  it('offers HTTP/1.1 only through a proxy too', async () => {
    const hello = Promise.withResolvers<Buffer>();
    const proxy = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.once('data', (bytes: Buffer) => {
          hello.resolve(bytes);
          socket.destroy();
        });
      });
    });
    const port = await listening(proxy);
    const { connection: way } = connectionOf({ name: 'u', token: 't' }, { proxyUrl: `http://127.0.0.1:${port}` });
    const { baseUrl, dispatcher } = await way.access();
    await expect(request(baseUrl, { dispatcher })).rejects.toThrow();
    const offered = (await hello.promise).toString('latin1');
    // Names of protocols in TLS (ALPN) have their length before them.
    expect([offered.includes('\x08http/1.1'), offered.includes('\x02h2')]).toEqual([true, false]);
    proxy.close();
  });
});

async function listening(server: Server): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return trusted<AddressInfo>(server.address()).port;
}

/** The first that `look` finds, in one turn of the event loop after another. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await turn();
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
