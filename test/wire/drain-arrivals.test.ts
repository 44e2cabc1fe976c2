import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { closeAll, expectErrorAndClose, open } from './clients.ts';
import { eventually } from './eventually.ts';
import { RawConnection } from './raw-connection.ts';
import { ServerProcess } from './server-process.ts';
import { startServer } from './transport.ts';
import { workerPids } from './worker-processes.ts';

const LEAVING = 13;

afterEach(closeAll);

async function connected(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  return socket;
}

/** Starts a drain that has begun when this resolves. */
async function drain(server: ServerProcess): Promise<void> {
  server.signal('SIGTERM');
  await eventually('the drain to begin', () => server.log('draining') !== undefined);
}

describe('a drain', () => {
  it('lets TLS handshakes that are under way come to their end, and says why it closes', async () => {
    const server = await startServer('TLS', { WORKERS: '2', DRAIN_SECONDS: '20' });
    const below = await Promise.all(Array.from({ length: 10 }, () => connected(server.port)));
    await drain(server);
    for (const socket of below) await expectErrorAndClose(await open(server, { below: socket }), LEAVING);
    expect(await server.exited).toEqual({ code: 0, signal: null });
  });

  it('waits for a TLS handshake no longer than its window', async () => {
    const server = await startServer('TLS', { AUTH_TIMEOUT: '60s', DRAIN_SECONDS: '1', LOG_LEVEL: 'debug' });
    const silent = await connected(server.port);
    const closed = once(silent.resume(), 'close');
    await drain(server);
    expect(await server.exited).toEqual({ code: 0, signal: null });
    await closed;
    // By the worker, in order, and not because that was killed after all.
    expect(server.log('connection closed')).toMatchObject({ reason: 'server_draining' });
  });

  it('answers those who wait in the backlog, and resets none', async () => {
    const server = await ServerProcess.start({ WORKERS: '2' });
    const workers = workerPids(server);
    for (const pid of workers) process.kill(pid, 'SIGSTOP');
    const waiting = await Promise.all(Array.from({ length: 200 }, () => RawConnection.open(server.port)));
    await drain(server);
    for (const pid of workers) process.kill(pid, 'SIGCONT');
    for (const connection of waiting) await expectErrorAndClose(connection, LEAVING);
    expect(await server.exited).toEqual({ code: 0, signal: null });
  });
});
