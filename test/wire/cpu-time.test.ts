import { afterEach, describe, expect, it } from '@jest/globals';
import { closeAll, open, openAuthenticated, openSubscribed } from './clients.ts';
import { eventually } from './eventually.ts';
import { expectGapless } from './gapless.ts';
import { errorOf, heartbeatFrame } from './messages.ts';
import { readFields, textOf } from './raw-protobuf.ts';
import { TYPE } from './raw-frame.ts';
import { ServerProcess } from './server-process.ts';
import { workerPids } from './worker-processes.ts';

let server: ServerProcess;
afterEach(async () => {
  closeAll();
  await server.stop();
});

/** How many connections each worker has, by its index. */
async function connectionsByWorker(): Promise<Map<number, number>> {
  const { workers } = JSON.parse((await server.get('/stats')).body) as {
    workers: { index: number; connections: number }[];
  };
  return new Map(workers.map(({ index, connections }) => [index, connections]));
}

describe('ULIMIT_MAX_CPU_TIME', () => {
  it('recycles a worker: its successor listens first, its clients are told, nobody else notices', async () => {
    server = await ServerProcess.start({
      WORKERS: '2',
      ULIMIT_MAX_CPU_TIME: '2',
    });
    const before = workerPids(server);
    const busy = await openAuthenticated(server);
    const movers = await Promise.all(
      Array.from({ length: 12 }, () => openAuthenticated(server, { features: ['goaway'] })),
    );
    // One symbol: the other worker is to stay below the limit.
    const symbols = ['AAPL'];
    await Promise.all(movers.map((mover) => mover.subscribe({ mode: 1, symbols })));
    const plain = await Promise.all(Array.from({ length: 12 }, () => openSubscribed(server, { symbols })));
    const clients = [...movers, ...plain];
    const connections = await connectionsByWorker();
    const work = Buffer.concat(Array.from({ length: 500 }, (_, index) => heartbeatFrame(Date.now(), index)));
    const replaced = 'worker has used up its CPU time and is replaced';
    await eventually('the limit to be reached', async () => {
      // One after another: a service that is down for a moment refuses one of them.
      (await open(server)).close();
      if (!busy.isClosed) busy.send(work);
      return server.log(replaced) !== undefined;
    });
    const recycled = Number(server.log(replaced)!['worker']);
    await eventually('its clients to be closed', () => {
      return clients.filter(({ isClosed }) => isClosed).length === connections.get(recycled)! - 1;
    });
    const others = clients.filter(({ isClosed }) => !isClosed);
    const seen = others.map(({ frames }) => frames.length);
    await Promise.all(
      others.map((other, index) => other.until(() => other.frames.length > seen[index]! + 5, 'more batches')),
    );
    for (const client of clients) {
      expect(expectGapless(client)).toBeGreaterThan(0);
      const told = client.frames.find(({ type }) => type === TYPE.GOAWAY);
      if (client.isClosed && movers.includes(client)) {
        expect(textOf(readFields(told!.payload), 1)).toBe('recycle');
      } else if (client.isClosed) {
        const last = client.frames.at(-1);
        expect(last && [last.type, errorOf(last).code]).toEqual([TYPE.ERROR, 13]);
      } else {
        expect(told).toBeUndefined();
      }
    }
    for (const some of [movers, plain]) expect(new Set(some.map(({ isClosed }) => isClosed)).size).toBe(2);
    await eventually('the old worker to be gone', () => !before.every((pid) => workerPids(server).includes(pid)));
    // The limit holds for the successor, too.
    const granted = server.logs.filter(({ limit, process }) => limit === 'cpu_time' && process === 'worker');
    expect(granted).toHaveLength(3);
    for (const entry of granted) expect(entry).toMatchObject({ asked: 2, granted: 2 });
    expect(server.logs.filter(({ message }) => message === replaced)).toHaveLength(1);
    expect(server.log('worker ended unexpectedly')).toBeUndefined();
    expect((await server.get('/readyz')).status).toBe(200);
    await openSubscribed(server);
  }, 120_000);
});
