import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { closeAll, openSubscribed } from './clients.ts';
import { eventually } from './eventually.ts';
import { TYPE } from './raw-frame.ts';
import type { ServerProcess } from './server-process.ts';
import { startServer, TRANSPORTS } from './transport.ts';

// What a load balancer does all day: connect, and close or reset without a byte.

/** Of each kind. */
const CHECKS = 50;

async function check(port: number, how: 'end' | 'resetAndDestroy'): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => {});
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  socket[how]();
  await new Promise<void>((resolve) => socket.resume().once('close', () => resolve()));
}

describe.each(TRANSPORTS)('TCP health checks over %s', (transport) => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer(transport, { WORKERS: '2', AUTH_MAX_ATTEMPTS: '3' });
  });
  afterEach(closeAll);
  afterAll(() => server.stop());

  it('are nobody’s error, leave nothing behind and lock nobody out', async () => {
    for (let count = 0; count < CHECKS; count += 1) {
      await check(server.port, 'end');
      await check(server.port, 'resetAndDestroy');
    }
    await eventually('each to be counted as closed by its client', async () => {
      const metrics = await server.metrics();
      return metrics.value('tick_storm_connections_closed_total', { reason: 'client_closed' }) === 2 * CHECKS;
    });
    const metrics = await server.metrics();
    expect(metrics.value('tick_storm_connections_closed_total')).toBe(2 * CHECKS);
    for (const name of ['connection_errors_total', 'protocol_errors_total', 'errors_total', 'auth_failures_total']) {
      expect([name, metrics.value(`tick_storm_${name}`)]).toEqual([name, 0]);
    }
    expect(metrics.value('tick_storm_active_connections')).toBe(0);
    expect(server.log('connection closed')).toBeUndefined();
    await (await openSubscribed(server)).nextOf(TYPE.DATA_BATCH);
  });
});
