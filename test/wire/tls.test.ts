import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { promisify } from 'node:util';
import { closeAll, expectErrorAndClose, expectSilentClose, open } from './clients.ts';
import { eventually } from './eventually.ts';
import { GOLDEN_AUTH, GOLDEN_SUBSCRIBE } from './golden.ts';
import { authFrame } from './messages.ts';
import { TYPE } from './raw-frame.ts';
import { ServerProcess } from './server-process.ts';

const run = promisify(execFile);
let folder: string;
const file = (name: string): string => join(folder, name);
afterEach(closeAll);

/** A self-signed authority `ca`, and certificates `server` and `client` that it signed. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tick-tls-'));
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await run('openssl', [
    'req',
    '-x509',
    ...key,
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.crt'),
    '-days',
    '2',
    '-subj',
    '/CN=test authority',
  ]);
  await writeFile(file('names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  for (const name of ['server', 'client']) {
    await run('openssl', [
      'req',
      ...key,
      '-keyout',
      file(`${name}.key`),
      '-out',
      file(`${name}.csr`),
      '-subj',
      `/CN=${name}`,
    ]);
    const signing = [
      '-CA',
      file('ca.crt'),
      '-CAkey',
      file('ca.key'),
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      file('names'),
    ];
    await run('openssl', ['x509', '-req', '-in', file(`${name}.csr`), '-out', file(`${name}.crt`), ...signing]);
  }
});
afterAll(() => rm(folder, { recursive: true }));

const env = (more: Record<string, string> = {}): Record<string, string> => ({
  TLS_ENABLED: 'true',
  TLS_CERT_FILE: file('server.crt'),
  TLS_KEY_FILE: file('server.key'),
  ...more,
});

async function trust(more: ConnectionOptions = {}): Promise<ConnectionOptions> {
  return { ca: await readFile(file('ca.crt')), ...more };
}

async function clientCertificate(): Promise<ConnectionOptions> {
  return trust({ cert: await readFile(file('client.crt')), key: await readFile(file('client.key')) });
}

describe('TLS', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await ServerProcess.start(env({ AUTH_TIMEOUT: '1s', MAX_CONNECTIONS: '3' }));
  });
  afterAll(() => server.stop());

  it('carries the same conversation', async () => {
    const connection = await open(server, { tls: await trust() });
    connection.send(GOLDEN_AUTH, GOLDEN_SUBSCRIBE);
    await connection.until(() => connection.frames.length >= 3, 'two ACKs and a batch');
    expect(connection.frames.slice(0, 3).map(({ type }) => type)).toEqual([TYPE.ACK, TYPE.ACK, TYPE.DATA_BATCH]);
  });

  it('refuses wrong credentials with ERROR 1, and speaks to nobody below TLS 1.3', async () => {
    const connection = await open(server, { tls: await trust() });
    connection.send(authFrame({ username: 'x', password: 'y' }));
    await expectErrorAndClose(connection, 1);
    await expect(open(server, { tls: await trust({ maxVersion: 'TLSv1.2' }) })).rejects.toThrow(
      /alert protocol version/,
    );
  });

  it('closes a client that speaks no TLS without a frame, and one that never finishes the handshake', async () => {
    const plain = await open(server);
    plain.send(GOLDEN_AUTH);
    await plain.untilClosed();
    expect(plain.frames).toEqual([]);
    await expectSilentClose(await open(server));
    await eventually('nobody to be left', async () => {
      return (await server.metrics()).value('tick_storm_active_connections') === 0;
    });
  });

  it('says after the handshake, as a frame, that the server is full', async () => {
    const held = await Promise.all([1, 2, 3].map(async () => open(server, { tls: await trust() })));
    for (const connection of held) connection.send(GOLDEN_AUTH);
    await Promise.all(held.map((connection) => connection.next()));
    await expectErrorAndClose(await open(server, { tls: await trust() }), 12);
  });
});

describe('an address that may not connect', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await ServerProcess.start(env({ IP_BLOCKLIST: '127.0.0.9' }));
  });
  afterAll(() => server.stop());

  it('gets no handshake, and counts as blocked and not as a failed handshake too', async () => {
    for (let count = 0; count < 3; count += 1) {
      await expect(open(server, { localAddress: '127.0.0.9', tls: await trust() })).rejects.toThrow();
    }
    const allowed = await open(server, { tls: await trust() });
    allowed.send(GOLDEN_AUTH);
    expect((await allowed.next()).type).toBe(TYPE.ACK);
    const metrics = await server.metrics();
    expect(metrics.value('tick_storm_connections_closed_total', { reason: 'address_blocked' })).toBe(3);
    expect(metrics.value('tick_storm_connections_closed_total')).toBe(3);
  });
});

describe('TLS_CLIENT_AUTH=require', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await ServerProcess.start(env({ TLS_CLIENT_AUTH: 'require', TLS_CLIENT_CA_FILE: file('ca.crt') }));
  });
  afterAll(() => server.stop());

  it('takes a client whose certificate the authority signed', async () => {
    const connection = await open(server, { tls: await clientCertificate() });
    connection.send(GOLDEN_AUTH);
    expect((await connection.next()).type).toBe(TYPE.ACK);
  });

  it('takes no client without a certificate', async () => {
    // In TLS 1.3 the client learns of the refusal only after its own handshake is done.
    const connection = await open(server, { tls: await trust() });
    connection.send(GOLDEN_AUTH);
    await connection.untilClosed();
    expect(connection.frames).toEqual([]);
  });
});

describe('certificate files', () => {
  it.each([
    ['that are missing', { TLS_CERT_FILE: '/nonexistent/tls.crt' }, 'TLS_CERT_FILE'],
    ['that are no PEM', { TLS_KEY_FILE: import.meta.filename }, 'TLS_KEY_FILE'],
    [
      'of an authority that hold no certificate',
      { TLS_CLIENT_AUTH: 'require', TLS_CA_FILE: import.meta.filename },
      'TLS_CA_FILE',
    ],
  ])('%s: exit 78', async (_, wrong, name) => {
    const { exit, logs } = await ServerProcess.run(env(wrong));
    expect(exit.code).toBe(78);
    expect(logs.map(({ message }) => message).join()).toContain(name);
  });
});
