import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { closeAll, expectErrorAndClose, expectSilentClose, open, openSubscribed } from './clients.ts';
import { eventually } from './eventually.ts';
import { GOLDEN_AUTH, GOLDEN_SUBSCRIBE } from './golden.ts';
import { authFrame } from './messages.ts';
import { TYPE } from './raw-frame.ts';
import { type LogEntry, ServerProcess } from './server-process.ts';
import { TestAuthority } from './test-authority.ts';

let authority: TestAuthority;
const file = (name: string): string => authority.file(name);
afterEach(closeAll);

beforeAll(async () => {
  authority = await TestAuthority.create();
  await authority.issue('server');
  await authority.issue('client');
});
afterAll(() => authority.remove());

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

  it('counts the time to authenticate from the connect, the handshake included', async () => {
    await ServerProcess.with(env({ AUTH_TIMEOUT: '3s' }), async (patient) => {
      const late = connect({ host: '127.0.0.1', port: patient.port });
      await once(late, 'connect');
      const reference = await open(patient);
      await pause(1_500);
      const connection = await open(patient, { tls: await trust(), below: late });
      // Were it counted from the handshake on, the one that was silent from the start would be closed first by far.
      await reference.untilClosed();
      const closedMs = performance.now();
      await expectSilentClose(connection);
      expect(performance.now() - closedMs).toBeLessThan(1_000);
    });
  });

  it('counts failed handshakes and says why', async () => {
    const before = await server.metrics();
    const failed = before.value('tick_storm_connections_closed_total', { reason: 'tls_failed' });
    for (let count = 0; count < 4; count += 1) {
      const plain = await open(server);
      plain.send(GOLDEN_AUTH);
      await plain.untilClosed();
    }
    await eventually('all to be counted', async () => {
      const now = await server.metrics();
      return now.value('tick_storm_connections_closed_total', { reason: 'tls_failed' }) >= failed + 4;
    });
    const after = await server.metrics();
    expect(after.value('tick_storm_connections_closed_total', { reason: 'tls_failed' })).toBe(failed + 4);
    const line = (): LogEntry | undefined => server.logs.find(({ ['reason']: why }) => why === 'tls_failed');
    await eventually('the line', () => line() !== undefined);
    expect(line()).toMatchObject({ address: '127.0.0.1', problem: expect.stringMatching(/^ERR_SSL/) });
  });

  it('says after the handshake, as a frame, that the server is full', async () => {
    const held = await Promise.all([1, 2, 3].map(async () => open(server, { tls: await trust() })));
    for (const connection of held) connection.send(GOLDEN_AUTH);
    await Promise.all(held.map((connection) => connection.next()));
    await expectErrorAndClose(await open(server, { tls: await trust() }), 12);
  });
});

describe('TLS_MIN_VERSION=1.2', () => {
  it('speaks TLS 1.2 too', async () => {
    const server = await ServerProcess.start(env({ TLS_MIN_VERSION: '1.2' }));
    try {
      for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
        const connection = await open(server, { tls: await trust({ maxVersion: version }) });
        connection.send(GOLDEN_AUTH);
        expect((await connection.next()).type).toBe(TYPE.ACK);
      }
      await expect(
        open(server, { tls: await trust({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }) }),
      ).rejects.toThrow();
    } finally {
      await server.stop();
    }
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

describe('session resumption', () => {
  it('works whichever worker accepts', async () => {
    const server = await ServerProcess.start(env({ WORKERS: '2' }));
    try {
      const isReused = async (session?: Buffer): Promise<boolean> => {
        const connection = await open(server, { tls: await trust({ session }) });
        connection.send(GOLDEN_AUTH);
        expect((await connection.next()).type).toBe(TYPE.ACK);
        return (connection.socket as TLSSocket).isSessionReused();
      };
      let ticket: Buffer | undefined;
      const first = await open(server, { tls: await trust() });
      first.socket.once('session', (session: Buffer) => (ticket = session));
      first.send(GOLDEN_AUTH);
      await first.until(() => ticket !== undefined && first.frames.length > 0, 'a ticket');
      expect(await isReused()).toBe(false);
      // The kernel spreads connections: with 20 of them every worker has its turn.
      const reused = await Promise.all(Array.from({ length: 20 }, () => isReused(ticket)));
      expect(reused).toEqual(Array.from({ length: 20 }, () => true));
    } finally {
      await server.stop();
    }
  });
});

describe('certificates that change', () => {
  it('are taken over without dropping a connection; a broken pair is not', async () => {
    await authority.issue('old');
    await authority.issue('new', 5);
    await authority.install('old', 'live');
    const server = await ServerProcess.start({
      TLS_ENABLED: 'true',
      TLS_CERT_FILE: file('live.crt'),
      TLS_KEY_FILE: file('live.key'),
      WORKERS: '2',
    });
    server.tls = await trust();
    try {
      const metric = 'tick_storm_tls_certificate_expiry_timestamp_seconds';
      const daysLeft = async (): Promise<number> =>
        Math.round(((await server.metrics()).value(metric) * 1_000 - Date.now()) / 86_400_000);
      const names = async (): Promise<Set<unknown>> => {
        const connections = await Promise.all(Array.from({ length: 20 }, () => open(server)));
        return new Set(connections.map(({ socket }) => (socket as TLSSocket).getPeerCertificate().subject.CN));
      };
      const witness = await openSubscribed(server);
      expect([await names(), await daysLeft()]).toEqual([new Set(['old']), 2]);

      await authority.install('new', 'live', 'crt');
      await eventually('the complaint', () => {
        return server.log('the certificate files are not valid; the old certificates stay') !== undefined;
      });
      expect(await names()).toEqual(new Set(['old']));

      await authority.install('new', 'live');
      await eventually('the change', () => server.log('certificates changed') !== undefined);
      await eventually('both workers', async () => {
        const seen = await names();
        return seen.size === 1 && seen.has('new');
      });
      expect(await daysLeft()).toBe(5);
      const before = witness.frames.length;
      await witness.until(() => witness.frames.length > before + 5, 'more batches');
      expect(witness.isClosed).toBe(false);
    } finally {
      await server.stop();
    }
  });

  it('also those of the authority: clients of the old one are no longer let in, not even by a ticket', async () => {
    const other = await TestAuthority.create();
    await other.issue('client');
    await authority.install('ca', 'clients', 'crt');
    const server = await ServerProcess.start(
      env({ TLS_CLIENT_AUTH: 'require', TLS_CA_FILE: file('clients.crt'), WORKERS: '2' }),
    );
    try {
      const isIn = async (identity: TestAuthority, more: ConnectionOptions = {}): Promise<boolean> => {
        const [cert, key] = await Promise.all(
          ['client.crt', 'client.key'].map((name) => readFile(identity.file(name))),
        );
        const connection = await open(server, { tls: await trust({ cert, key, ...more }) }).catch(() => undefined);
        connection?.send(GOLDEN_AUTH);
        await connection?.until(() => connection.isClosed || connection.frames.length > 0, 'an answer');
        return connection?.frames.length === 1;
      };
      let ticket: Buffer | undefined;
      const keep = await open(server, { tls: await clientCertificate() });
      keep.socket.once('session', (session: Buffer) => (ticket = session));
      keep.send(GOLDEN_AUTH);
      await keep.next();
      await keep.until(() => ticket !== undefined, 'a ticket');
      expect([await isIn(authority), await isIn(authority, { session: ticket }), await isIn(other)]).toEqual([
        true,
        true,
        false,
      ]);
      await authority.take(other, 'ca.crt', 'clients.crt');
      await eventually('the change', () => server.log('certificates changed') !== undefined);
      await eventually('both workers', async () => {
        const answers = await Promise.all(Array.from({ length: 10 }, () => isIn(other)));
        return answers.every(Boolean);
      });
      expect([await isIn(authority), await isIn(authority, { session: ticket })]).toEqual([false, false]);
      expect(keep.isClosed).toBe(false);
    } finally {
      await server.stop();
      await other.remove();
    }
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
