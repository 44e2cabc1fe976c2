import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { closeAll, expectErrorAndClose, expectSilentClose, open, openAuthenticated } from './clients.ts';
import { eventually } from './eventually.ts';
import { GOLDEN_AUTH } from './golden.ts';
import { authFrame } from './messages.ts';
import { proxied, proxied6, proxyHeader, withPreamble } from './proxy-header.ts';
import type { RawConnection } from './raw-connection.ts';
import { TYPE } from './raw-frame.ts';
import { ServerProcess } from './server-process.ts';
import { startServer, TRANSPORTS, type Transport } from './transport.ts';

/** The load balancer is 127.0.0.20 and its like; 127.0.0.1 is not one. */
const BALANCER = '127.0.0.20';
const proxyEnv = { PROXY_PROTOCOL: 'true', PROXY_TRUSTED_CIDRS: '127.0.0.16/28' };

afterEach(closeAll);

describe.each(TRANSPORTS)('PROXY_PROTOCOL over %s', (transport: Transport) => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer(transport, {
      ...proxyEnv,
      IP_BLOCKLIST: '203.0.113.0/24,2001:db8:bad::/48',
      AUTH_MAX_ATTEMPTS: '2',
      MAX_CONNECTIONS_PER_IP: '2',
      AUTH_TIMEOUT: '2s',
    });
  });
  afterAll(() => server.stop());

  /** Through the balancer; the header travels in one write with the client's first bytes. */
  const through = async (header: Buffer, localAddress = BALANCER): Promise<RawConnection> => {
    if (!server.tls) {
      const connection = await open(server, { localAddress });
      connection.send(header, GOLDEN_AUTH);
      return connection;
    }
    const socket = connect({ host: '127.0.0.1', port: server.port, localAddress });
    const connection = await open(server, { below: withPreamble(socket, header) });
    connection.send(GOLDEN_AUTH);
    return connection;
  };

  const closed = async (reason: string): Promise<number> =>
    (await server.metrics()).value('tick_storm_connections_closed_total', { reason });

  it('loses no byte behind the header, with TLVs and for IPv6 too', async () => {
    for (const header of [
      proxied('198.51.100.1'),
      proxied('198.51.100.2', Buffer.alloc(3_000, 4)),
      proxied6('2001:db8:0:0:0:0:0:1'),
    ]) {
      expect((await (await through(header)).next()).type).toBe(TYPE.ACK);
    }
  });

  it('puts a header together that comes byte by byte', async () => {
    const socket = connect({ host: '127.0.0.1', port: server.port, localAddress: BALANCER, noDelay: true });
    for (const byte of proxied('198.51.100.3')) {
      await new Promise<void>((resolve) => socket.write(Buffer.from([byte]), () => setImmediate(resolve)));
    }
    if (server.tls) {
      const connection = await open(server, { below: socket });
      connection.send(GOLDEN_AUTH);
      expect((await connection.next()).type).toBe(TYPE.ACK);
    } else {
      const answer = new Promise<Buffer>((resolve) => socket.once('data', resolve));
      socket.write(GOLDEN_AUTH);
      expect((await answer)[3]).toBe(TYPE.ACK);
    }
    socket.destroy();
  });

  it('judges by the address of the client: lists, lock-outs and limits', async () => {
    const before = await closed('address_blocked');
    for (const header of [proxied('203.0.113.5'), proxied6('2001:db8:bad:0:0:0:0:1')]) {
      await expect(through(header).then((connection) => connection.next())).rejects.toThrow();
    }
    await eventually('both to be counted', async () => (await closed('address_blocked')) === before + 2);

    const [first, second] = [await through(proxied('198.51.100.9')), await through(proxied('198.51.100.9'))];
    expect([(await first.next()).type, (await second.next()).type]).toEqual([TYPE.ACK, TYPE.ACK]);
    await expectErrorAndClose(await through(proxied('198.51.100.9')), 12);
    expect((await (await through(proxied('198.51.100.10'))).next()).type).toBe(TYPE.ACK);
    expect(await closed('connection_limit')).toBe(1);
  });

  it('counts failed logins by client', async () => {
    const fail = async (): Promise<void> => {
      const socket = connect({ host: '127.0.0.1', port: server.port, localAddress: BALANCER });
      const header = proxied('198.51.100.66');
      const wrong = authFrame({ username: 'user1', password: 'guess' });
      const connection = server.tls
        ? await open(server, { below: withPreamble(socket, header) })
        : await open(server, { localAddress: BALANCER });
      connection.send(...(server.tls ? [wrong] : [header, wrong]));
      await expectErrorAndClose(connection, 1);
      socket.destroy();
    };
    await fail();
    await fail();
    await expectErrorAndClose(await through(proxied('198.51.100.66')), 12);
    expect((await (await through(proxied('198.51.100.67'))).next()).type).toBe(TYPE.ACK);
  });

  it('takes the health checks of the balancer for what they are', async () => {
    const regular = await closed('client_closed');
    const quick = connect({ host: '127.0.0.1', port: server.port, localAddress: BALANCER }, () => quick.destroy());
    const local = connect({ host: '127.0.0.1', port: server.port, localAddress: BALANCER }, () => {
      local.end(proxyHeader(0, 0));
    });
    await eventually('both to be counted', async () => (await closed('client_closed')) >= regular + 2);
    expect(await closed('proxy_header')).toBe(0);
    expect(await closed('tls_failed')).toBe(0);
    expect((await (await through(proxyHeader(0, 0), '127.0.0.21')).next()).type).toBe(TYPE.ACK);
  });

  it.each([
    ['the balancer without a header', BALANCER, GOLDEN_AUTH, 'no PROXY protocol header'],
    ['a header of version 1', BALANCER, Buffer.from('PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n'), 'a header of version 1'],
    ['a header for UDP', BALANCER, proxyHeader(1, 0x12, Buffer.alloc(12)), 'family 0x12'],
    ['a header from somebody else', '127.0.0.2', proxied('198.51.100.1'), 'PROXY_TRUSTED_CIDRS'],
    ['a header of version 1 from somebody else', '127.0.0.2', Buffer.from('PROXY '), 'PROXY_TRUSTED_CIDRS'],
  ])('refuses %s without a byte, and says why in the log', async (_, localAddress, bytes, problem) => {
    const before = await closed('proxy_header');
    const socket = connect({ host: '127.0.0.1', port: server.port, localAddress });
    const received: Buffer[] = [];
    socket.on('data', (chunk) => received.push(chunk));
    socket.on('error', () => {});
    socket.write(bytes);
    await new Promise<void>((resolve) => socket.once('close', () => resolve()));
    expect(received).toEqual([]);
    await eventually('it to be counted', async () => (await closed('proxy_header')) === before + 1);
    await eventually('it to be logged', () =>
      server.logs.some((entry) => entry['reason'] === 'proxy_header' && String(entry['problem']).includes(problem)),
    );
  });

  it('gives the header no more time than the authentication', async () => {
    const before = await closed('auth_timeout');
    const socket = connect({ host: '127.0.0.1', port: server.port, localAddress: BALANCER });
    socket.write(proxied('198.51.100.1').subarray(0, 20));
    await new Promise<void>((resolve) => socket.resume().once('close', () => resolve()));
    expect(await closed('auth_timeout')).toBe(before + 1);
  });

  it('takes clients that come directly as before', async () => {
    await openAuthenticated(server, { localAddress: '127.0.0.3' });
    if (!server.tls) await expectSilentClose(await open(server, { localAddress: '127.0.0.3' }));
  });
});

describe('PROXY_PROTOCOL', () => {
  it('without trusted addresses: exit 78', async () => {
    const { exit, stderr } = await ServerProcess.run({ PROXY_PROTOCOL: 'true' });
    expect(exit.code).toBe(78);
    expect(stderr).toMatch(/PROXY_TRUSTED_CIDRS/);
  });
});
