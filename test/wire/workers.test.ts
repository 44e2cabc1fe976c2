import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { closeAll, openSubscribed } from './clients.ts';
import { eventually } from './eventually.ts';
import { batchOf, sequencesOf } from './messages.ts';
import type { RawConnection } from './raw-connection.ts';
import { TYPE } from './raw-frame.ts';
import { ServerProcess } from './server-process.ts';

let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start({ WORKERS: '2' });
});
afterEach(closeAll);
afterAll(() => server.stop());

async function workerPids(): Promise<number[]> {
  const children = await readFile(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8');
  return children.trim().split(' ').map(Number);
}

async function socketsOf(pid: number): Promise<number> {
  const names = await readdir(`/proc/${pid}/fd`);
  const targets = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
  return targets.filter((target) => target.startsWith('socket:')).length;
}

async function batches(connection: RawConnection, count: number): Promise<void> {
  for (let received = 0; received < count; received += 1) await connection.nextOf(TYPE.DATA_BATCH);
}

describe('WORKERS=2', () => {
  it('runs two worker processes that share the connections of one port and the stream of one feed', async () => {
    const pids = await workerPids();
    expect(pids).toHaveLength(2);
    const before = await Promise.all(pids.map(socketsOf));
    const connections = await Promise.all(Array.from({ length: 40 }, () => openSubscribed(server)));
    const after = await Promise.all(pids.map(socketsOf));
    const share = after.map((sockets, index) => sockets - before[index]!);
    expect(Math.min(...share)).toBeGreaterThan(0);
    expect(share[0]! + share[1]!).toBe(40);

    // The same tick has the same number and the same values on both workers.
    await Promise.all(connections.map((connection) => batches(connection, 10)));
    const known = new Map<number, string>();
    for (const connection of connections) {
      for (const batch of connection.frames.filter(({ type }) => type === TYPE.DATA_BATCH).map(batchOf)) {
        if (batch.isSnapshot) continue;
        for (const [index, sequence] of sequencesOf(batch).entries()) {
          const text = JSON.stringify(batch.ticks[index]);
          expect(known.get(sequence) ?? text).toBe(text);
          known.set(sequence, text);
        }
      }
    }
    expect((await server.metrics()).value('tick_storm_active_connections')).toBe(40);
  });

  it('replaces a worker that dies; the other one’s clients notice nothing', async () => {
    const connections = await Promise.all(Array.from({ length: 40 }, () => openSubscribed(server)));
    const [victim] = await workerPids();
    process.kill(victim!, 'SIGKILL');
    await eventually('the victim’s connections to be closed', () => connections.some(({ isClosed }) => isClosed));
    await eventually('a new worker', async () => {
      const pids = await workerPids();
      return pids.length === 2 && !pids.includes(victim!);
    });
    const survivors = connections.filter(({ isClosed }) => !isClosed);
    expect(survivors.length).toBeGreaterThan(0);
    await Promise.all(survivors.map((survivor) => batches(survivor, 10)));
    for (const survivor of survivors) {
      const live = survivor.frames
        .filter(({ type }) => type === TYPE.DATA_BATCH)
        .map(batchOf)
        .filter(({ isSnapshot }) => !isSnapshot);
      for (const [index, batch] of live.entries()) {
        if (index > 0) expect(batch.previousSequence).toBe(sequencesOf(live[index - 1]!).at(-1));
      }
    }
    await eventually('both workers to serve again', async () => {
      const sockets = await Promise.all((await workerPids()).map(socketsOf));
      await openSubscribed(server);
      return Math.min(...sockets) > 10;
    });
    expect((await server.metrics()).value('tick_storm_worker_restarts_total')).toBe(1);
  });
});
