import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { closeAll, expectErrorAndClose, open, openAuthenticated } from './clients.ts';
import { eventually } from './eventually.ts';
import { proxied } from './proxy-header.ts';
import { TYPE } from './raw-frame.ts';
import type { ServerProcess } from './server-process.ts';
import { startServer } from './transport.ts';

const RATE_LIMITED = 12;
/** Nothing in here is to end because its time is over. */
const patient = { WORKERS: '1', AUTH_TIMEOUT: '60s', LOG_LEVEL: 'debug' };
const BALANCER = '127.0.0.20';

let server: ServerProcess;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  closeAll();
  await server.stop();
});

/** Connects without a handshake. @param preamble what is sent */
async function connectOnly(count: number, localAddress: string, preamble: Buffer = Buffer.alloc(0)): Promise<Socket[]> {
  const connected = Array.from({ length: count }, async () => {
    const socket = connect({ host: '127.0.0.1', port: server.port, localAddress });
    sockets.push(socket);
    socket.on('error', () => {}).resume();
    await once(socket, 'connect');
    socket.write(preamble);
    return socket;
  });
  return Promise.all(connected);
}

async function refused(reason: string): Promise<number> {
  return (await server.metrics()).value('tick_storm_connections_closed_total', { reason });
}

async function untilRefused(reason: string, count: number): Promise<void> {
  await eventually(`${count} to be refused`, async () => (await refused(reason)) === count);
}

describe('connections without a finished TLS handshake', () => {
  it('are at most MAX_CONNECTIONS_PER_IP of an address; others get in, and so does it when there is room', async () => {
    server = await startServer('TLS', { ...patient, MAX_CONNECTIONS_PER_IP: '3' });
    const crowd = await connectOnly(10, '127.0.0.44');
    await untilRefused('connection_limit', 7);
    await eventually('the line', () => server.log('connection closed') !== undefined);
    expect(server.log('connection closed')).toMatchObject({ reason: 'connection_limit', address: '127.0.0.44' });
    await openAuthenticated(server, { localAddress: '127.0.0.45' });
    await eventually('the closes', () => crowd.filter(({ destroyed }) => destroyed).length === 7);
    for (const socket of crowd) socket.destroy();
    await eventually(
      'room',
      async () => (await open(server, { localAddress: '127.0.0.44' }).catch(() => undefined)) !== undefined,
    );
  });

  it('are at most MAX_CONNECTIONS of all addresses', async () => {
    server = await startServer('TLS', { ...patient, MAX_CONNECTIONS: '4' });
    for (let host = 50; host < 60; host += 1) await connectOnly(1, `127.0.0.${host}`);
    await untilRefused('server_full', 6);
  });

  it('count for the clients whose addresses a load balancer tells, and not for the load balancer', async () => {
    const proxy = { PROXY_PROTOCOL: 'true', PROXY_TRUSTED_CIDRS: BALANCER };
    server = await startServer('TLS', { ...patient, ...proxy, MAX_CONNECTIONS_PER_IP: '3' });
    await connectOnly(10, BALANCER);
    await connectOnly(8, BALANCER, proxied('198.51.100.9'));
    await untilRefused('connection_limit', 5);
    const [other] = await connectOnly(1, BALANCER, proxied('198.51.100.10'));
    await openAuthenticated(server, {});
    expect(other!.destroyed).toBe(false);
    expect(await refused('connection_limit')).toBe(5);
  });

  it('leave descriptors over: who finishes is told that there are too few, and those who are there stay', async () => {
    server = await startServer('TLS', { ...patient, ULIMIT_MAX_OPEN_FILES: '120' });
    const first = await openAuthenticated(server);
    const crowd = await connectOnly(110, '127.0.0.46');
    await eventually('some to be refused', async () => (await refused('resource_breach')) > 0);
    const isOpen = (): Socket[] => crowd.filter(({ destroyed }) => !destroyed);
    expect(isOpen().length).toBeGreaterThan(20);
    isOpen()[0]!.destroy();
    await eventually('room for one to be told', async () => {
      const late = await open(server).catch(() => undefined);
      if (late) await expectErrorAndClose(late, RATE_LIMITED);
      return late !== undefined;
    });
    expect((await first.subscribe({ mode: 1 })).type).toBe(TYPE.ACK);
    expect(server.log('accept failed')).toBeUndefined();
  });
});
