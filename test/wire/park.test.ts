import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { closeAll, openAuthenticated, openSubscribed } from './clients.ts';
import { eventually } from './eventually.ts';
import { batchOf, errorOf } from './messages.ts';
import { RawConnection } from './raw-connection.ts';
import { TYPE } from './raw-frame.ts';
import { ADMIN_TOKEN, ServerProcess } from './server-process.ts';

let server: ServerProcess;
beforeEach(async () => {
  server = await ServerProcess.start({ WORKERS: '2', ADMIN_TOKEN });
});
afterEach(async () => {
  closeAll();
  await server.stop();
});

const isRefused = (): Promise<boolean> =>
  RawConnection.open(server.port).then(
    (connection) => {
      connection.close();
      return false;
    },
    () => true,
  );

const state = async (): Promise<unknown> => (await server.admin('GET', '/drain')).body['state'];

describe('POST /drain', () => {
  it('parks: unready, nobody connected, the process alive; DELETE /drain takes it back into service', async () => {
    const pid = server.pid;
    const old = await Promise.all(Array.from({ length: 20 }, () => openSubscribed(server)));
    const mover = await openAuthenticated(server, { features: ['goaway'] });
    expect(await state()).toBe('serving');

    const { status, body } = await server.admin('POST', '/drain?seconds=4');
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'draining', connectionsAtStart: 21 });
    expect((await server.get('/readyz')).status).toBe(503);
    expect((await server.get('/healthz')).status).toBe(200);
    await eventually('new clients to be refused', isRefused);
    await mover.nextOf(TYPE.GOAWAY);
    for (const connection of old) {
      const last = (await connection.untilClosed()).at(-1)!;
      expect([last.type, errorOf(last).code]).toEqual([TYPE.ERROR, 13]);
      expect(connection.error).toBeUndefined();
    }
    await eventually('the park', async () => (await state()) === 'parked');
    expect(await server.get('/readyz')).toEqual({ status: 503, body: 'parked\n' });
    expect((await server.metrics()).value('tick_storm_active_connections')).toBe(0);
    expect(await server.admin('POST', '/drain')).toMatchObject({ status: 200, body: { state: 'parked' } });

    expect(await server.admin('DELETE', '/drain')).toMatchObject({ status: 200, body: { state: 'serving' } });
    expect((await server.get('/readyz')).status).toBe(200);
    const back = await Promise.all(Array.from({ length: 20 }, () => openSubscribed(server)));
    await Promise.all(back.map((connection) => connection.nextOf(TYPE.DATA_BATCH)));
    expect(server.pid).toBe(pid);
    expect(await server.stop()).toEqual({ code: 0, signal: null });
  });

  it('with a delay is unready at once, and serves whoever still comes until it is over', async () => {
    await server.admin('POST', '/drain?seconds=1&delaySeconds=2');
    expect((await server.get('/readyz')).status).toBe(503);
    const late = await openSubscribed(server);
    await late.nextOf(TYPE.DATA_BATCH);
    await eventually('new clients to be refused', isRefused);
    expect(errorOf((await late.untilClosed()).at(-1)!).code).toBe(13);
    expect(late.error).toBeUndefined();
  });

  it('that is taken back in time leaves those connected who are still there, and tells them again the next time', async () => {
    const stayer = await openAuthenticated(server, { features: ['goaway'] });
    await stayer.subscribe({ mode: 1 });
    await server.admin('POST', '/drain?seconds=600');
    await stayer.nextOf(TYPE.GOAWAY);
    expect(await server.admin('DELETE', '/drain')).toMatchObject({ body: { state: 'serving', connections: 1 } });
    await stayer.nextOf(TYPE.DATA_BATCH);
    await server.admin('POST', '/drain?seconds=600');
    await stayer.nextOf(TYPE.GOAWAY);
    expect(stayer.isClosed).toBe(false);
  });

  it('goes on to the end at SIGTERM: while it closes', async () => {
    const connection = await openSubscribed(server);
    await server.admin('POST', '/drain?seconds=600');
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(errorOf((await connection.untilClosed()).at(-1)!).code).toBe(13);
  });

  it('goes on to the end at SIGTERM: when it is parked', async () => {
    await server.admin('POST', '/drain?seconds=0');
    await eventually('the park', async () => (await state()) === 'parked');
    expect(await server.stop()).toEqual({ code: 0, signal: null });
  });

  it('replaces a worker that dies while the server is parked, and that one listens only afterwards', async () => {
    await server.admin('POST', '/drain?seconds=0');
    await eventually('the park', async () => (await state()) === 'parked');
    const children = await readFile(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8');
    process.kill(Number(children.trim().split(' ')[0]), 'SIGKILL');
    await eventually('the new worker', async () => {
      const metrics = await server.metrics();
      return metrics.value('tick_storm_worker_restarts_total') === 1 && metrics.value('tick_storm_workers') === 2;
    });
    expect(await isRefused()).toBe(true);
    expect(await server.admin('DELETE', '/drain')).toMatchObject({ body: { state: 'serving' } });
    // One that listens is enough to serve: the new worker may still be on its way.
    await eventually('the limits of every process', async () => {
      const { limits }: { limits: { limits: unknown[] }[] } = JSON.parse((await server.get('/stats')).body);
      return limits.map((process) => process.limits.length).join() === '5,5,5';
    });
    const connection = await openSubscribed(server);
    expect(batchOf(await connection.nextOf(TYPE.DATA_BATCH)).ticks.length).toBeGreaterThan(0);
  });
});
