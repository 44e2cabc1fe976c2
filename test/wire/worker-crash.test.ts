import { setTimeout as passing } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { closeAll, openAuthenticated, openSubscribed } from './clients.ts';
import { expectGapless } from './gapless.ts';
import { eventually } from './eventually.ts';
import { heartbeatFrame, pongOf } from './messages.ts';
import { TYPE } from './raw-frame.ts';
import { streamBatches } from './received.ts';
import { ServerProcess } from './server-process.ts';
import { workerPids } from './worker-processes.ts';

const CLEARED = 'all resource breaches cleared - accepting new connections';

let server: ServerProcess;
afterEach(async () => {
  closeAll();
  await server.stop();
});

describe('a worker that crashes', () => {
  it('costs its own clients only, and is replaced', async () => {
    server = await ServerProcess.start({ WORKERS: '2' });
    const clients = await Promise.all(Array.from({ length: 20 }, () => openSubscribed(server)));
    const before = (await server.metrics()).value('tick_storm_total_connections_total');
    const victim = workerPids(server)[0]!;
    process.kill(victim, 'SIGKILL');
    await eventually('its clients to notice', () => clients.some(({ isClosed }) => isClosed));
    // Its clients may know before its parent does, which has it among its children until then.
    await eventually('a replacement', async () => {
      const pids = workerPids(server);
      return pids.length === 2 && !pids.includes(victim) && (await server.get('/readyz')).status === 200;
    });
    await eventually('the line', () => server.log('worker ended unexpectedly') !== undefined);
    expect(server.log('worker ended unexpectedly')).toMatchObject({ how: 'signal SIGKILL', restart_in_ms: 100 });
    const others = clients.filter(({ isClosed }) => !isClosed);
    expect(others.length).toBeGreaterThan(0);
    for (const other of others) {
      const seen = other.frames.length;
      await other.until(() => other.frames.length > seen + 5, 'more batches');
      expectGapless(other);
    }
    expect((await server.metrics()).value('tick_storm_total_connections_total')).toBeGreaterThanOrEqual(before);
  });

  it('again and again is a crash loop: reported, and unhealthy while no worker is left', async () => {
    server = await ServerProcess.start();
    const killAll = (): void => {
      for (const pid of workerPids(server)) process.kill(pid, 'SIGKILL');
    };
    const statuses = new Set<string>();
    await eventually('every probe to tell', async () => {
      killAll();
      const [health, ready] = [await server.get('/healthz'), await server.get('/readyz')];
      if (health.status === 503) statuses.add(`health: ${health.body.trim()}`);
      if (ready.status === 503) statuses.add(`ready: ${ready.body.trim()}`);
      return statuses.size === 2;
    });
    expect([...statuses].sort()).toEqual(['health: every worker is in a crash loop', 'ready: starting']);
    expect((await server.metrics()).value('tick_storm_worker_crash_loop')).toBe(1);
    const told = server.logs.filter(({ message }) => message?.startsWith('worker crash loop'));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ level: 'error', worker: 0, ends: 3 });
    await eventually('service again, without the killing', async () => (await server.get('/healthz')).status === 200);
    const client = await openSubscribed(server);
    await client.nextOf(TYPE.DATA_BATCH);
  });
});

describe('a worker that does not answer', () => {
  it('keeps its last known counters in the scrape', async () => {
    server = await ServerProcess.start();
    await Promise.all(Array.from({ length: 5 }, () => openSubscribed(server)));
    const before = await server.metrics();
    const [pid] = workerPids(server);
    process.kill(pid!, 'SIGSTOP');
    try {
      const during = await server.metrics();
      for (const name of ['tick_storm_total_connections_total', 'tick_storm_auth_success_total'])
        expect(during.value(name)).toBe(before.value(name));
      expect(before.value('tick_storm_auth_success_total')).toBe(5);
    } finally {
      process.kill(pid!, 'SIGCONT');
    }
  });
});

describe('a worker that holds up the stream', () => {
  it('is told as a breach, which refuses new clients and ends with it; nobody loses a tick', async () => {
    server = await ServerProcess.start({ MAX_STREAM_DELAY_MS: '500' });
    const client = await openSubscribed(server);
    await client.nextOf(TYPE.DATA_BATCH);
    const [pid] = workerPids(server);
    process.kill(pid!, 'SIGSTOP');
    try {
      await eventually('the breach', () => server.log('stream delay breach detected') !== undefined);
    } finally {
      process.kill(pid!, 'SIGCONT');
    }
    expect(server.log('stream delay breach detected')).toMatchObject({
      event: 'resource breach',
      resource: 'stream_delay',
      limit: 500,
      action: 'refusing new connections',
    });
    await eventually('the end of it', () => server.log(CLEARED) !== undefined);
    expect((await server.metrics()).value('tick_storm_stream_delay_seconds')).toBeLessThan(0.4);
    await openSubscribed(server);
    expectGapless(client);
  });

  it('is none while ticks are gathered by the settings, for longer than they may be held up', async () => {
    server = await ServerProcess.start({ MAX_STREAM_DELAY_MS: '100', BATCH_WINDOW_MS: '7000' });
    const client = await openSubscribed(server);
    // Until the first flush the monitor has looked six times, and tells of what has lasted for three.
    await client.until(() => streamBatches(client).length > 0, 'the first flush');
    expect((await server.metrics()).value('tick_storm_stream_delay_seconds')).toBe(0);
    expect(server.log('stream delay is high')).toBeUndefined();
    expect(server.log('stream delay breach detected')).toBeUndefined();
    await openSubscribed(server);
  });
});

describe('a worker that stood still for longer than the heartbeat timeout', () => {
  it('reads what clients sent meanwhile before it judges their silence', async () => {
    const timeoutMs = 1_000;
    server = await ServerProcess.start({ HEARTBEAT_TIMEOUT_MS: String(timeoutMs), HEARTBEAT_INTERVAL_MS: '300' });
    const client = await openAuthenticated(server);
    const [pid] = workerPids(server);
    process.kill(pid!, 'SIGSTOP');
    try {
      client.send(heartbeatFrame(Date.now(), 1));
      // That much time passes is the case itself.
      await passing(2 * timeoutMs);
    } finally {
      process.kill(pid!, 'SIGCONT');
    }
    expect(pongOf(await client.nextOf(TYPE.PONG)).sequence).toBe(1);
    client.send(heartbeatFrame(Date.now(), 2));
    expect(pongOf(await client.nextOf(TYPE.PONG)).sequence).toBe(2);
  });
});
