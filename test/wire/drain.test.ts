import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { closeAll, expectErrorAndClose, openAuthenticated, openSubscribed } from './clients.ts';
import { eventually } from './eventually.ts';
import { expectGapless } from './gapless.ts';
import { errorOf } from './messages.ts';
import type { RawConnection } from './raw-connection.ts';
import { TYPE } from './raw-frame.ts';
import { ADMIN_TOKEN, ServerProcess } from './server-process.ts';

afterEach(closeAll);

const batchesOf = ({ frames }: RawConnection): number => frames.filter(({ type }) => type === TYPE.DATA_BATCH).length;

describe('a drain', () => {
  it('delivers every frame that was queued before the close to clients that read', async () => {
    const server = await ServerProcess.start({
      WORKERS: '2',
      ADMIN_TOKEN,
      FEED_TICK_INTERVAL_MS: '2',
      TCP_WRITE_BUFFER_SIZE: '4096',
      // Nobody is to be closed as slow.
      MAX_WRITE_QUEUE_SIZE: '100000',
      MAX_WRITE_QUEUE_BYTES: '16777216',
      MAX_WRITE_QUEUE_AGE_MS: '60000',
      WRITE_DEADLINE_MS: '60000',
    });
    try {
      const readers = await Promise.all(Array.from({ length: 6 }, () => openSubscribed(server)));
      const late = await Promise.all(Array.from({ length: 4 }, () => openSubscribed(server)));
      for (const { socket } of late) socket.pause();
      await eventually('bytes to wait for those that do not read', async () => {
        const { body } = await server.admin('GET', '/connections?limit=4');
        const behind = (body['connections'] as { pendingBytes: number }[]).map(({ pendingBytes }) => pendingBytes);
        return behind.length === late.length && behind.every((bytes) => bytes > 10_000);
      });
      await server.admin('POST', '/drain?seconds=0');
      for (const { socket } of late) socket.resume();
      for (const connection of [...readers, ...late]) {
        const last = (await connection.untilClosed()).at(-1)!;
        expect([last.type, errorOf(last).code]).toEqual([TYPE.ERROR, 13]);
        expect(connection.rest.length).toBe(0);
      }
      const metrics = await server.metrics();
      const received = [...readers, ...late].map(batchesOf).reduce((sum, count) => sum + count, 0);
      expect(received).toBe(metrics.value('tick_storm_messages_sent_total', { message_type: 'DATA_BATCH' }));
    } finally {
      await server.stop();
    }
  });

  describe('is over in time with clients that read nothing, and complete for those that read,', () => {
    let server: ServerProcess;
    let readers: RawConnection[];
    let beganMs = 0;
    beforeEach(async () => {
      server = await ServerProcess.start({
        WORKERS: '2',
        ADMIN_TOKEN,
        DRAIN_SECONDS: '2',
        FEED_TICK_INTERVAL_MS: '2',
        TCP_WRITE_BUFFER_SIZE: '4096',
        // Nothing but the drain is to close them.
        MAX_WRITE_QUEUE_SIZE: '100000',
        MAX_WRITE_QUEUE_BYTES: '16777216',
        MAX_WRITE_QUEUE_AGE_MS: '600000',
        WRITE_DEADLINE_MS: '600000',
      });
      // Two of them are to move by themselves, and do not.
      const movers = [1, 2].map(() => openAuthenticated(server, { features: ['goaway'], allowHalfOpen: true }));
      const others = [3, 4].map(() => openAuthenticated(server, { allowHalfOpen: true }));
      const stuck = await Promise.all([...movers, ...others]);
      await Promise.all(stuck.map((connection) => connection.subscribe({ mode: 1 })));
      for (const { socket } of stuck) socket.pause();
      readers = await Promise.all(Array.from({ length: 4 }, () => openSubscribed(server)));
      await eventually('bytes to wait for them', async () => {
        const { body } = await server.admin('GET', '/connections?limit=4');
        const behind = (body['connections'] as { pendingBytes: number }[]).map(({ pendingBytes }) => pendingBytes);
        return behind.length === stuck.length && behind.every((bytes) => bytes > 10_000);
      });
      beganMs = performance.now();
    });
    afterEach(() => server.stop());

    /** The window is 2 s; every deadline of a client is at ten minutes. */
    const LATEST_MS = 15_000;

    /** They have everything up to the ERROR that their drain ends with. */
    const expectDrained = async (): Promise<void> => {
      for (const reader of readers) {
        await expectErrorAndClose(reader, 13);
        expect(expectGapless(reader)).toBeGreaterThan(0);
      }
    };

    it('at SIGTERM', async () => {
      server.signal('SIGTERM');
      expect(await server.exited).toEqual({ code: 0, signal: null });
      expect(performance.now() - beganMs).toBeLessThan(LATEST_MS);
      await expectDrained();
    });

    it('on request', async () => {
      await server.admin('POST', '/drain?seconds=2');
      await eventually('the park', async () => (await server.admin('GET', '/drain')).body['state'] === 'parked');
      expect(performance.now() - beganMs).toBeLessThan(LATEST_MS);
      await expectDrained();
    });
  });

  it('of 1,000 connections that do not understand GOAWAY closes none at first, then all at an even rate', async () => {
    const seconds = 5;
    const server = await ServerProcess.start({ WORKERS: '2', DRAIN_SECONDS: String(seconds + 2) });
    const connections: RawConnection[] = [];
    while (connections.length < 1_000)
      connections.push(...(await Promise.all(Array.from({ length: 50 }, () => openAuthenticated(server)))));
    const closedMs: number[] = [];
    for (const { socket } of connections) socket.once('end', () => closedMs.push(performance.now()));
    const startedMs = performance.now();
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ code: 0, signal: null });
    await eventually('every client to be closed', () => closedMs.length === 1_000);
    const perSecond = Array.from({ length: seconds }, (_, second) => {
      return closedMs.filter((ms) => Math.floor((ms - startedMs) / 1_000) === second).length;
    });
    // 250 in each second after the first, if the machine were idle: as many as would leave if all understood GOAWAY.
    const [first, ...later] = perSecond;
    expect(first).toBe(0);
    expect(Math.min(...later)).toBeGreaterThan(100);
    expect(Math.max(...later)).toBeLessThan(525);
  });
});
