import { afterEach, describe, expect, it } from '@jest/globals';
import { closeAll, expectErrorAndClose, open, openSubscribed } from './clients.ts';
import { eventually } from './eventually.ts';
import { expectGapless } from './gapless.ts';
import { errorOf } from './messages.ts';
import { TYPE } from './raw-frame.ts';
import type { RawConnection } from './raw-connection.ts';
import { ServerProcess } from './server-process.ts';

const RATE_LIMITED = 12;

let server: ServerProcess;
afterEach(async () => {
  closeAll();
  await server.stop();
});

/** Waits for a log line, in the order of the log after the lines that were seen before. */
async function logged(message: string): Promise<Readonly<Record<string, unknown>>> {
  await eventually(`the line "${message}"`, () => server.log(message) !== undefined);
  return server.log(message)!;
}

/** It goes on to receive, and has every tick since it came. */
async function expectUndisturbed(client: RawConnection, batches = 10): Promise<void> {
  const seen = client.frames.length;
  await client.until(() => client.frames.length > seen + batches, 'more batches');
  expect(client.isClosed).toBe(false);
  expectGapless(client);
}

async function openAccepted(): Promise<RawConnection | undefined> {
  const client = await open(server);
  const answer = await client.auth({ username: 'user1', password: 'pass1' }).catch(() => undefined);
  return answer?.type === TYPE.ACK ? client : undefined;
}

describe('MAX_CONNECTIONS', () => {
  it('is told of at 90 %, refuses only the one that is too many, and all clear follows', async () => {
    server = await ServerProcess.start({ MAX_CONNECTIONS: '10' });
    const first = await openSubscribed(server);
    const others = await Promise.all(Array.from({ length: 8 }, () => openSubscribed(server)));
    const breach = await logged('connection count breach detected');
    expect(breach).toMatchObject({ event: 'resource breach', used: 9, limit: 10, action: 'none', level: 'error' });
    others.push(await openSubscribed(server));
    await expectErrorAndClose(await open(server), RATE_LIMITED);
    await expectUndisturbed(first);
    expect((await server.get('/readyz')).status).toBe(200);
    const metrics = await server.metrics();
    expect(metrics.value('tick_storm_resource_breach', { resource: 'connections' })).toBe(1);
    expect(metrics.value('tick_storm_connections_closed_total', { reason: 'server_full' })).toBe(1);
    for (const other of others) other.close();
    await logged('all resource breaches cleared - accepting new connections');
    await openSubscribed(server);
    await expectUndisturbed(first);
  });
});

describe('the limit of descriptors', () => {
  it('refuses in order what comes at once, keeps those who are there, and recovers', async () => {
    // Nine tenths of it are no whole number.
    server = await ServerProcess.start({ ULIMIT_MAX_OPEN_FILES: '85' });
    const first = await openSubscribed(server);
    const crowd = await Promise.all(Array.from({ length: 60 }, () => openAccepted()));
    const accepted = crowd.filter((client) => client !== undefined);
    expect(accepted.length).toBeGreaterThan(5);
    expect(accepted.length).toBeLessThan(60);
    const breach = await logged('file descriptor usage breach detected');
    expect(breach).toMatchObject({ event: 'resource breach', limit: 85, action: 'refusing new connections' });
    await expectErrorAndClose(await open(server), RATE_LIMITED);
    await logged('rejected connection due to resource breach');
    expect((await server.get('/readyz')).status).toBe(200);
    await expectUndisturbed(first);
    for (const client of accepted) client.close();
    await logged('all resource breaches cleared - accepting new connections');
    await openSubscribed(server);
    await expectUndisturbed(first);
    expect(server.log('worker ended unexpectedly')).toBeUndefined();
  });

  it('is survived also when it is really reached: no spinning, and nobody is lost', async () => {
    // Above 100 %: nothing is refused in order, the kernel has no descriptor left.
    server = await ServerProcess.start({
      ULIMIT_MAX_OPEN_FILES: '64',
      MONITOR_SOFT_PERCENT: '99',
      MONITOR_HARD_PERCENT: '100',
    });
    const first = await openSubscribed(server);
    const crowd: RawConnection[] = [];
    await eventually('the descriptors to be used up', async () => {
      const client = await open(server).catch(() => undefined);
      if (client) crowd.push(client);
      return (await server.metrics()).value('tick_storm_resource_usage_ratio', { resource: 'descriptors' }) >= 1;
    });
    const cpuSeconds = async (): Promise<number> => (await server.metrics()).value('process_cpu_seconds_total');
    const [before, startedMs] = [await cpuSeconds(), performance.now()];
    await Promise.all(Array.from({ length: 50 }, async () => open(server).catch(() => undefined)));
    // A second of the stream, beside which the two looks cost nothing.
    await expectUndisturbed(first, 200);
    const busy = ((await cpuSeconds()) - before) / ((performance.now() - startedMs) / 1_000);
    // A listener that spins takes a whole CPU.
    expect(busy).toBeLessThan(0.9);
    for (const client of crowd) client.close();
    await eventually('a new client to get in', async () => (await openAccepted()) !== undefined);
    await expectUndisturbed(first);
    expect(server.log('worker ended unexpectedly')).toBeUndefined();
  });
});

describe('memory', () => {
  it('above its limit refuses with ERROR 12, says so, and stays ready', async () => {
    server = await ServerProcess.start({ MEMORY_LIMIT: '64Mi' });
    const breach = await logged('memory usage breach detected');
    expect(breach).toMatchObject({ event: 'resource breach', resource: 'memory', limit: 50_331_648 });
    const { message } = await expectErrorAndClose(await open(server), RATE_LIMITED);
    expect(message).toContain('short of resources');
    expect((await server.get('/readyz')).status).toBe(200);
  });

  it('that stalled clients hold is taken back from them; the others go on, and new ones get in again', async () => {
    const symbols = Array.from({ length: 24 }, (_, index) => `S${index}`);
    server = await ServerProcess.start({
      // Of the 360 MiB that all processes may have, they hold a third when they start; nothing else that grows is added.
      MEMORY_LIMIT: '480Mi',
      HISTORY_WINDOW: '0',
      FEED_SYMBOLS: symbols.join(','),
      FEED_TICK_INTERVAL_MS: '2',
      MAX_WRITE_QUEUE_SIZE: '1000000',
      MAX_WRITE_QUEUE_BYTES: '1000000000',
      MAX_WRITE_QUEUE_AGE_MS: '600000',
      WRITE_DEADLINE_MS: '600000',
      TCP_WRITE_BUFFER_SIZE: '4096',
    });
    const good = await openSubscribed(server, { symbols: ['S0'] });
    // Different filters, so that no frame is shared.
    const stalled = await Promise.all(
      symbols.map((left) => openSubscribed(server, { symbols: symbols.filter((symbol) => symbol !== left) })),
    );
    for (const { socket } of stalled) socket.pause();
    await logged('memory usage breach detected');
    await logged('all resource breaches cleared - accepting new connections');
    const shed = (await server.metrics()).value('tick_storm_connections_closed_total', { reason: 'shed' });
    expect(shed).toBeGreaterThan(0);
    await expectUndisturbed(good);
    expect(server.log('worker ended unexpectedly')).toBeUndefined();
    const last = stalled.find(({ isClosed }) => isClosed)?.frames.at(-1);
    if (last?.type === TYPE.ERROR) expect(errorOf(last).code).toBe(RATE_LIMITED);
  });
});
