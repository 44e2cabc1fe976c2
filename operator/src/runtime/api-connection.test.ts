import { KubeConfig, type User } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

  it('uses on what it has after 30 seconds, and takes what comes late', async () => {
    const { clock, way, readings } = slowConnection();
    const beginning = way.access();
    readings[0]!('first');
    const first = await beginning;
    clock.nowMs += 30_000;
    const waiting = way.access();
    await jest.advanceTimersByTimeAsync(30_000);
    expect(await waiting).toBe(first);
    readings[1]!('late');
    await jest.advanceTimersByTimeAsync(0);
    expect(authorization(await way.access())).toBe('Bearer late');
    expect(jest.getTimerCount()).toBe(0);
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

describe('ApiConnection', () => {
  it('runs a credential plugin again when the server refused what it gave without an expiry', async () => {
    const file = join(folder, 'credential');
    const give = async (token: string): Promise<void> => {
      const head = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential' };
      await writeFile(file, JSON.stringify({ ...head, status: { token } }));
    };
    await give('first');
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'cat', args: [file] };
    const { connection: way } = connectionOf({ name: 'plugin', exec });
    const first = await way.access();
    expect(authorization(first)).toBe('Bearer first');
    await give('second');
    expect(authorization(await way.access(first))).toBe('Bearer second');
  });

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
