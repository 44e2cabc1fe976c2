import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:http';
import { closeAll, expectErrorAndClose, open, openAuthenticated, openSubscribed } from './clients.ts';
import { eventually } from './eventually.ts';
import { authFrame, errorOf, heartbeatFrame, subscribePayload } from './messages.ts';
import type { Metrics } from './metrics.ts';
import { frame, TYPE } from './raw-frame.ts';
import { bytesField } from './raw-protobuf.ts';
import { PASSWORD, ServerProcess, USERNAME } from './server-process.ts';
import { workerPids } from './worker-processes.ts';

let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start({ WORKERS: '2' });
});
afterEach(async () => {
  closeAll();
  // Who leaves with batches unread resets the connection, a fault that the next test would count.
  await eventually('the connections to be gone', allAreGone);
});
afterAll(() => server.stop());

async function allAreGone(): Promise<boolean> {
  return (await server.metrics()).value('tick_storm_active_connections') === 0;
}

/** A size of /proc/PID/status in bytes. */
function statusBytes(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return 1_024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)![1]);
}

/** How much each of `names` grew while `cause` ran. */
async function growth(
  cause: () => Promise<void>,
  read: (metrics: Metrics) => Record<string, number>,
): Promise<Record<string, number>> {
  const before = read(await server.metrics());
  await cause();
  const after = read(await server.metrics());
  return Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - before[name]!]));
}

describe('/metrics', () => {
  it('has the runtime’s own', async () => {
    const metrics = await server.metrics();
    expect(metrics.value('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(metrics.value('nodejs_heap_size_used_bytes')).toBeGreaterThan(0);
  });

  it('count the memory of all processes, and the program that they share once', async () => {
    const pids = [server.pid, ...workerPids(server)];
    const total = (field: string): number => pids.reduce((sum, pid) => sum + statusBytes(pid, field), 0);
    const used = (await server.metrics()).value('tick_storm_memory_usage_bytes');
    const program = total('RssFile') / pids.length;
    expect(program).toBeGreaterThan(0);
    // Between the two looks the processes go on working.
    expect(Math.abs(used - total('RssAnon') - program)).toBeLessThan(program / 2);
  });

  it('counts connections and subscriptions over all workers, up and down', async () => {
    const connections = await Promise.all(Array.from({ length: 20 }, () => openSubscribed(server)));
    const up = await server.metrics();
    expect(up.value('tick_storm_active_connections')).toBe(20);
    expect(up.value('tick_storm_subscriptions_current')).toBe(20);
    expect(up.value('tick_storm_total_connections_total')).toBe(20);
    expect(up.value('tick_storm_auth_success_total')).toBe(20);
    for (const connection of connections) connection.close();
    await eventually('the gauges to fall to 0', async () => {
      const down = await server.metrics();
      return down.value('tick_storm_active_connections') + down.value('tick_storm_subscriptions_current') === 0;
    });
    expect((await server.metrics()).value('tick_storm_connection_duration_seconds_count')).toBe(20);
  });

  it('counts what came in and went out, by type and in bytes', async () => {
    const connection = await openSubscribed(server);
    const heartbeats = Array.from({ length: 5 }, (_, index) => heartbeatFrame(Date.now(), index + 1));
    const grown = await growth(
      async () => {
        connection.send(...heartbeats);
        for (let count = 0; count < 5; count += 1) await connection.nextOf(TYPE.PONG);
        await connection.nextOf(TYPE.DATA_BATCH);
      },
      (metrics) => ({
        heartbeats: metrics.value('tick_storm_heartbeats_recv_total'),
        received: metrics.value('tick_storm_messages_recv_total', { message_type: 'HEARTBEAT' }),
        pongs: metrics.value('tick_storm_messages_sent_total', { message_type: 'PONG' }),
        batches: metrics.value('tick_storm_messages_sent_total', { message_type: 'DATA_BATCH' }),
        bytesIn: metrics.value('tick_storm_bytes_recv_total'),
        bytesOut: metrics.value('tick_storm_bytes_sent_total'),
        processed: metrics.value('tick_storm_message_processing_duration_seconds_count'),
      }),
    );
    expect(grown).toMatchObject({ heartbeats: 5, received: 5, pongs: 5, processed: 5 });
    expect(grown['bytesIn']).toBe(Buffer.concat(heartbeats).length);
    expect(grown['batches']).toBeGreaterThan(0);
    expect(grown['bytesOut']).toBeGreaterThan(grown['batches']! * 20);
    const metrics = await server.metrics();
    expect(metrics.value('tick_storm_publish_latency_seconds_count')).toBeGreaterThan(0);
    expect(metrics.value('tick_storm_write_latency_seconds_count')).toBeGreaterThan(0);
  });

  it('counts failed authentications with their reason, errors by code and violations by kind', async () => {
    const grown = await growth(
      async () => {
        const wrong = await open(server);
        wrong.send(authFrame({ username: USERNAME, password: `${PASSWORD}?` }));
        await expectErrorAndClose(wrong, 1);
        const early = await open(server);
        early.send(frame(TYPE.HEARTBEAT));
        await expectErrorAndClose(early, 2);
        const broken = await openAuthenticated(server);
        broken.send(frame(TYPE.HEARTBEAT, Buffer.alloc(0), { crcFlip: 1 }));
        await expectErrorAndClose(broken, 9);
        await eventually('the connections to be gone', allAreGone);
      },
      (metrics) => ({
        failures: metrics.value('tick_storm_auth_failures_total'),
        invalidAuth: metrics.value('tick_storm_errors_total', { error_code: 'INVALID_AUTH' }),
        authRequired: metrics.value('tick_storm_errors_total', { error_code: 'AUTH_REQUIRED' }),
        checksum: metrics.value('tick_storm_errors_total', { error_code: 'CHECKSUM_FAILED' }),
        errors: metrics.value('tick_storm_errors_total'),
        sent: metrics.value('tick_storm_messages_sent_total', { message_type: 'ERROR' }),
        violations: metrics.value('tick_storm_protocol_errors_total'),
        faults: metrics.value('tick_storm_connection_errors_total'),
      }),
    );
    expect(grown).toEqual({
      failures: 1,
      invalidAuth: 1,
      authRequired: 1,
      checksum: 1,
      errors: 3,
      sent: 3,
      violations: 2,
      faults: 3,
    });
  });

  it('counts an ERROR that leaves the connection open', async () => {
    const connection = await openAuthenticated(server, { features: ['resume'] });
    const grown = await growth(
      async () => {
        connection.send(
          frame(TYPE.SUBSCRIBE, Buffer.concat([subscribePayload({ mode: 1 }), bytesField(5, 'another')])),
        );
        expect(errorOf(await connection.nextOf(TYPE.ERROR)).code).toBe(14);
      },
      (metrics) => ({
        unavailable: metrics.value('tick_storm_errors_total', { error_code: 'POSITION_UNAVAILABLE' }),
        sent: metrics.value('tick_storm_messages_sent_total', { message_type: 'ERROR' }),
      }),
    );
    expect(grown).toEqual({ unavailable: 1, sent: 1 });
  });
});

describe('the probes', () => {
  it.each(['/healthz', '/readyz', '/startupz'])('GET %s answers 200 while the server serves', async (path) => {
    expect((await server.get(path)).status).toBe(200);
  });

  it('GET /readyz?verbose lists what it looks at', async () => {
    const { status, body } = await server.get('/readyz?verbose');
    expect([status, body]).toEqual([200, '[+]ping ok\n[+]started ok\n[+]in-service ok\nreadyz check passed\n']);
  });

  it('another path answers 404', async () => {
    expect((await server.get('/')).status).toBe(404);
  });

  it('a target that is no URL answers 404 and harms nobody', async () => {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get({ host: '127.0.0.1', port: server.metricsPort, path: '//' }, resolve).on('error', reject);
    });
    response.resume();
    expect(response.statusCode).toBe(404);
    expect((await server.get('/readyz')).status).toBe(200);
  });

  it('the client port does not answer HTTP', async () => {
    await expect(fetch(`http://127.0.0.1:${server.port}/metrics`)).rejects.toThrow('fetch failed');
  });
});
