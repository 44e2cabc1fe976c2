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

describe('ULIMIT_MAX_CPU_TIME', () => {
  it('recycles a worker: its successor listens first, its clients are told, nobody is turned away', async () => {
    server = await ServerProcess.start({
      ULIMIT_MAX_CPU_TIME: '2',
      HEARTBEAT_TIMEOUT_MS: '600000',
      FEED_TICK_INTERVAL_MS: '10',
    });
    const [first] = workerPids(server);
    const mover = await openAuthenticated(server, { features: ['goaway'] });
    await mover.subscribe({ mode: 1 });
    const plain = await Promise.all(Array.from({ length: 4 }, () => openSubscribed(server)));
    const busy = await openAuthenticated(server);
    const work = Buffer.concat(Array.from({ length: 500 }, (_, index) => heartbeatFrame(Date.now(), index)));
    const replaced = 'worker has used up its CPU time and is replaced';
    await eventually('the limit to be reached', async () => {
      // One after another: a service that is down for a moment refuses one of them.
      (await open(server)).close();
      if (!busy.isClosed) busy.send(work);
      return server.log(replaced) !== undefined;
    });
    const goAway = await mover.nextOf(TYPE.GOAWAY);
    expect(textOf(readFields(goAway.payload), 1)).toBe('recycle');
    for (const client of plain) {
      const last = (await client.untilClosed()).at(-1);
      expect(last && [last.type, errorOf(last).code]).toEqual([TYPE.ERROR, 13]);
      expect(expectGapless(client)).toBeGreaterThan(0);
    }
    await mover.untilClosed();
    expectGapless(mover);
    await eventually('the old worker to be gone', () => !workerPids(server).includes(first!));
    // The limit holds for the successor, too.
    const granted = server.logs.filter(({ limit, process }) => limit === 'cpu_time' && process === 'worker');
    expect(granted.length).toBeGreaterThanOrEqual(2);
    for (const entry of granted) expect(entry).toMatchObject({ asked: 2, granted: 2 });
    expect(server.log('worker ended unexpectedly')).toBeUndefined();
    expect((await server.get('/readyz')).status).toBe(200);
    await openSubscribed(server);
  }, 120_000);
});
