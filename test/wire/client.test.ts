import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Gap, Tick } from '@tick-storm/client';
import { take } from '@tick-storm/client/testing/take';
import { once } from 'node:events';
import { client, closeClients } from './client-library.ts';
import { eventually } from './eventually.ts';
import { ServerProcess } from './server-process.ts';

afterEach(closeClients);

describe('the client library against a server', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await ServerProcess.start({
      INSTANCE_ID: 'pod-1',
      HEARTBEAT_INTERVAL_MS: '500',
      HEARTBEAT_TIMEOUT_MS: '1000',
    });
  });
  afterAll(() => server.stop());

  it('iterates over ticks until the loop is left, and then is closed', async () => {
    const subscriber = client(server);
    const seen: Tick[] = [];
    for await (const tick of subscriber.subscribe({ symbols: ['AAPL', 'M*'] })) {
      seen.push(tick);
      if (seen.length === 30) break;
    }
    expect([...new Set(seen.map(({ symbol }) => symbol))].sort()).toEqual(['AAPL', 'META', 'MSFT']);
    expect(seen.slice(0, 3).every(({ isSnapshot }) => isSnapshot)).toBe(true);
    const sequences = seen.slice(3).map(({ sequence }) => sequence!);
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(subscriber.state).toBe('closed');
  });

  it('tells which server it is connected to', async () => {
    expect(await client(server).ready()).toEqual({
      address: `127.0.0.1:${server.port}`,
      instance: 'pod-1',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      features: ['goaway', 'resume'],
    });
  });

  it('stays connected by its heartbeats for many times the server’s timeout', async () => {
    const subscriber = client(server, { heartbeatIntervalMs: 200, heartbeatTimeoutMs: 1_000 });
    const errors: Error[] = [];
    subscriber.on('error', (error) => errors.push(error));
    const ticks = subscriber.subscribe({ symbols: ['AAPL'] });
    const [first] = await take(ticks, 1);
    let last = first;
    while (last!.timestampMs < first!.timestampMs + 3_000) [last] = await take(ticks, 1);
    expect(errors).toEqual([]);
  });

  it('does not take its own program’s business for the server’s silence', async () => {
    // The server has its usual patience: it is not to close a client that is silent for as long as it is busy.
    await ServerProcess.with({}, async (patient) => {
      const subscriber = client(patient, { heartbeatIntervalMs: 100, heartbeatTimeoutMs: 1_000 });
      const errors: Error[] = [];
      subscriber.on('error', (error) => errors.push(error));
      const ticks = subscriber.subscribe({ symbols: ['AAPL'] });
      await take(ticks, 2);
      for (const beganMs = performance.now(); performance.now() - beganMs < 1_500;);
      await take(ticks, 2);
      expect(errors).toEqual([]);
      await subscriber.close();
    });
  });

  it('says what is wrong: password, address', async () => {
    await expect(client(server, { password: 'guess' }).ready()).rejects.toMatchObject({
      kind: 'server',
      server: { name: 'INVALID_AUTH' },
    });
    await expect(client({ port: 1 }).ready()).rejects.toThrow('cannot connect to 127.0.0.1:1: connect ECONNREFUSED');
  });

  it('tries the other addresses before it gives up', async () => {
    const addresses = ['127.0.0.1:1', '127.0.0.1:2', `127.0.0.1:${server.port}`];
    expect((await client(server, { addresses }).ready()).address).toBe(addresses[2]);
  });

  it('ends by an AbortSignal, throwing its reason', async () => {
    const abort = new AbortController();
    const ticks = client(server, { signal: abort.signal }).subscribe();
    await take(ticks, 25);
    abort.abort(new Error('enough'));
    await expect(ticks.next()).rejects.toThrow('enough');
    expect(() => client(server, { signal: abort.signal })).toThrow('enough');
  });

  it('closes so that the server sees a regular end', async () => {
    const closes = async (): Promise<number> =>
      (await server.metrics()).value('tick_storm_connections_closed_total', { reason: 'client_closed' });
    const resets = async (): Promise<number> =>
      (await server.metrics()).value('tick_storm_connections_closed_total', { reason: 'connection_reset' });
    const [closesBefore, resetsBefore] = [await closes(), await resets()];
    const subscriber = client(server);
    await take(subscriber.subscribe(), 100);
    await subscriber.close();
    await eventually('the close to be counted', async () => (await closes()) === closesBefore + 1);
    expect(await resets()).toBe(resetsBefore);
  });
});

describe('the client library with a slow consumer', () => {
  it('stops reading, keeps its memory bounded, and loses nothing', async () => {
    const server = await ServerProcess.start({
      FEED_TICK_INTERVAL_MS: '2',
      WRITE_DEADLINE_MS: '60000',
      MAX_WRITE_QUEUE_SIZE: '1000000',
      MAX_WRITE_QUEUE_BYTES: '67108864',
      MAX_WRITE_QUEUE_AGE_MS: '60000',
    });
    try {
      const subscriber = client(server, { bufferTicks: 1_000 });
      const gaps: Gap[] = [];
      let received = 0;
      subscriber.on('gap', (gap) => gaps.push(gap));
      subscriber.on('batch', (batch) => (received += batch.ticks));
      const ticks = subscriber.subscribe();
      await once(subscriber, 'batch');
      // 10,000 ticks a second: while nobody consumes, the client reads no more than fits, and the rest stays there.
      await eventually(
        'far more than the buffer holds to wait at the server',
        async () => (await server.metrics()).value('tick_storm_write_queue_bytes') > 200_000,
      );
      expect(received).toBeLessThanOrEqual(1_000);
      const sequences = (await take(ticks, 8_000)).flatMap(({ sequence }) => sequence ?? []);
      expect(sequences).toEqual(sequences.map((_, index) => sequences[0]! + index));
      expect(gaps).toEqual([]);
    } finally {
      await server.stop();
    }
  });
});
