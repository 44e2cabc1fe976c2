import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { closeAll, openSubscribed } from './clients.ts';
import { eventually } from './eventually.ts';
import { RawConnection } from './raw-connection.ts';
import { TYPE } from './raw-frame.ts';
import { ADMIN_TOKEN, PASSWORD, ServerProcess } from './server-process.ts';
import { workerPids } from './worker-processes.ts';

let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start({ WORKERS: '2', INSTANCE_ID: 'pod-0', ADMIN_TOKEN, MAX_CONNECTIONS: '77' });
});
afterEach(closeAll);
afterAll(() => server.stop());

describe('/stats', () => {
  it('tells of processes, streams and effective settings, without secrets', async () => {
    const connection = await openSubscribed(server, { symbols: ['AAPL'] });
    await connection.nextOf(TYPE.DATA_BATCH);
    await eventually('the first look at the resources', async () => {
      return !(await server.get('/stats')).body.includes('"resources": []');
    });
    const { status, body } = await server.get('/stats');
    expect(status).toBe(200);
    const stats: unknown = JSON.parse(body);
    const worker = (index: number): unknown =>
      expect.objectContaining({ index, pid: expect.any(Number), connections: expect.any(Number), isListening: true });
    expect(stats).toMatchObject({
      version: expect.stringMatching(/^\d/),
      instance: 'pod-0',
      uptimeSeconds: expect.any(Number),
      drain: { state: 'serving', connections: 1 },
      workers: expect.arrayContaining([worker(0), worker(1)]),
      workerRestarts: 0,
      streams: {
        SECOND: {
          epoch: server.log('listening')!['epoch'],
          groups: 1,
          position: expect.any(Number),
          earliest: expect.any(Number),
        },
        MINUTE: { groups: 0 },
      },
      flow: {
        batchWindowMs: expect.any(Number),
        ticksPublished: expect.any(Number),
        flushesDeferred: expect.any(Number),
        queueBytes: 0,
        congestedConnections: 0,
        conflatedConnections: 0,
      },
      resources: expect.arrayContaining([expect.objectContaining({ resource: 'connections', limit: 77 })]),
      limits: expect.arrayContaining([expect.objectContaining({ process: 'worker', index: 1 })]),
      settings: { maxConnections: 77, logLevel: 'info', ipAllowlist: [] },
    });
    expect(body).not.toContain(PASSWORD);
    expect(body).not.toContain(ADMIN_TOKEN);
  });
});

describe('the closes in /stats', () => {
  it('count by reason how connections end, also those of a worker that is gone', async () => {
    const closes = async (): Promise<Record<string, number>> => {
      const stats: { closes: Record<string, number> } = JSON.parse((await server.get('/stats')).body);
      return stats.closes;
    };
    const wrong = await RawConnection.open(server.port);
    wrong.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    await wrong.untilClosed();
    await eventually('the close to be counted', async () => (await closes())['not_a_frame'] === 1);
    for (const pid of workerPids(server)) process.kill(pid, 'SIGKILL');
    await eventually('new workers', async () => {
      return (await server.metrics()).value('tick_storm_worker_restarts_total') === 2;
    });
    expect((await closes())['not_a_frame']).toBe(1);
    await eventually('both to listen for the cases that follow', async () => {
      return (await server.get('/stats')).body.match(/"isListening": true/g)?.length === 2;
    });
  });
});

describe('the flow in /stats', () => {
  it('shows what waits for a client that does not read, and that it is conflated', async () => {
    const lively = await ServerProcess.start({
      FEED_TICK_INTERVAL_MS: '2',
      TCP_WRITE_BUFFER_SIZE: '4096',
      SLOW_CONSUMER_POLICY: 'conflate',
      MAX_WRITE_QUEUE_BYTES: '131072',
      WRITE_DEADLINE_MS: '60000',
    });
    try {
      const stuck = await openSubscribed(lively);
      stuck.socket.pause();
      await eventually('the queue to show', async () => {
        const { flow } = JSON.parse((await lively.get('/stats')).body) as { flow: Record<string, number> };
        return flow['queueBytes']! > 1_000 && flow['congestedConnections'] === 1 && flow['conflatedConnections'] === 1;
      });
    } finally {
      await lively.stop();
    }
  });
});

describe('the metrics of a dashboard', () => {
  it('show the balance of the workers, the flushes and the batches', async () => {
    const connections = await Promise.all(Array.from({ length: 20 }, () => openSubscribed(server)));
    await Promise.all(connections.map((connection) => connection.nextOf(TYPE.DATA_BATCH)));
    await eventually('both workers to show their share', async () => {
      const metrics = await server.metrics();
      const of = (worker: string): number => metrics.value('tick_storm_worker_bytes_sent_total', { worker });
      return of('0') > 0 && of('1') > 0;
    });
    const metrics = await server.metrics();
    expect(metrics.value('tick_storm_worker_connections')).toBe(20);
    expect(metrics.type('tick_storm_worker_bytes_sent_total')).toBe('counter');
    // A busy machine stretches it.
    expect(metrics.value('tick_storm_batch_window_seconds')).toBeGreaterThanOrEqual(0.005);
    expect(metrics.value('tick_storm_batch_window_seconds')).toBeLessThanOrEqual(0.25);
    for (const name of [
      'flush_duration_seconds',
      'flush_ticks',
      'encode_duration_seconds',
      'batch_ticks',
      'batch_bytes',
    ]) {
      expect([name, metrics.type(`tick_storm_${name}`)]).toEqual([name, 'histogram']);
      expect(metrics.value(`tick_storm_${name}_count`)).toBeGreaterThan(0);
    }
    // All are in one group of all symbols: encoding is a part of the flush, and every tick went into one batch.
    expect(metrics.value('tick_storm_encode_duration_seconds_sum')).toBeLessThan(
      metrics.value('tick_storm_flush_duration_seconds_sum'),
    );
    expect(metrics.value('tick_storm_batch_ticks_sum')).toBeLessThanOrEqual(
      metrics.value('tick_storm_ticks_published_total'),
    );
    // The lag of three event loops is no sum.
    expect(metrics.value('nodejs_eventloop_lag_max_seconds')).toBeLessThan(30);
    expect(metrics.duplicates()).toEqual([]);
  });
});
