import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { closeAll, open, openAuthenticated, openSubscribed } from './clients.ts';
import { eventually } from './eventually.ts';
import { authFrame, batchOf, heartbeatFrame, pongOf, sequencesOf, subscribeFrame } from './messages.ts';
import { frame, header, TYPE } from './raw-frame.ts';
import { ServerProcess } from './server-process.ts';

let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start({ WORKERS: '2', AUTH_TIMEOUT: '3s' });
});
afterEach(closeAll);
afterAll(() => server.stop());

/** What strangers send; each on a connection of its own. */
const garbage: (() => Buffer)[] = [
  () => randomBytes(4_000),
  () => Buffer.from('GET / HTTP/1.1\r\n\r\n'),
  () => frame(TYPE.AUTH, randomBytes(60)),
  () => frame(TYPE.AUTH, Buffer.alloc(0), { version: 7 }),
  () => frame(TYPE.AUTH, Buffer.alloc(0), { crcFlip: 1 }),
  () => header(TYPE.AUTH, 0xffff_ffff),
  () => authFrame({ username: 'x', password: 'y' }),
  () => subscribeFrame({ mode: 1 }),
  () => Buffer.alloc(0),
  () => header(TYPE.AUTH, 20),
];

describe('a good client', () => {
  it('is undisturbed while 200 garbage connections come and go', async () => {
    const good = await openSubscribed(server);
    const strangers = Array.from({ length: 200 }, async (_, index) => {
      const stranger = await open(server, { localAddress: `127.0.1.${(index % 250) + 1}` });
      stranger.send(garbage[index % garbage.length]!());
      await stranger.untilClosed();
      good.send(heartbeatFrame(Date.now(), index));
    });
    const authenticated = Array.from({ length: 20 }, async () => {
      const insider = await openAuthenticated(server);
      insider.send(frame(TYPE.SUBSCRIBE, randomBytes(200)), randomBytes(500));
      await insider.untilClosed();
    });
    await Promise.all([...strangers, ...authenticated]);
    await good.until(() => good.frames.filter(({ type }) => type === TYPE.PONG).length === 200, '200 PONGs');
    const answered = good.frames.filter(({ type }) => type === TYPE.PONG).map((pong) => pongOf(pong).sequence);
    expect(new Set(answered).size).toBe(200);

    const batches = good.frames.filter(({ type }) => type === TYPE.DATA_BATCH).map(batchOf);
    const live = batches.filter(({ isSnapshot }) => !isSnapshot);
    expect(live.length).toBeGreaterThan(10);
    for (const [index, batch] of live.entries()) {
      if (index === 0) continue;
      expect(batch.previousSequence).toBe(sequencesOf(live[index - 1]!).at(-1));
      expect(batch.batchSequence).toBe(live[index - 1]!.batchSequence + 1);
    }
    expect(good.isClosed).toBe(false);
  });

  it('is all that is left afterwards', async () => {
    const good = await openSubscribed(server);
    await eventually('the strangers to be gone', async () => {
      return (await server.metrics()).value('tick_storm_active_connections') === 1;
    });
    await good.nextOf(TYPE.DATA_BATCH);
    expect(server.logs.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
