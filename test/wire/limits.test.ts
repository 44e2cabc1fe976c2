import { afterEach, describe, expect, it } from '@jest/globals';
import { closeAll, expectErrorAndClose, open, openAuthenticated, openSubscribed } from './clients.ts';
import { eventually } from './eventually.ts';
import { batchOf, sequencesOf } from './messages.ts';
import { TYPE } from './raw-frame.ts';
import { ServerProcess } from './server-process.ts';
import { STALL_SETTINGS } from './stall-settings.ts';

afterEach(closeAll);

describe('MAX_CONNECTIONS', () => {
  it('refuses one more with ERROR 12, over all workers, and takes the next once there is room', async () => {
    await ServerProcess.with({ MAX_CONNECTIONS: '4', WORKERS: '2' }, async (server) => {
      const held = [];
      for (let count = 0; count < 4; count += 1) held.push(await openSubscribed(server));
      await expectErrorAndClose(await open(server), 12);
      expect((await server.get('/readyz')).status).toBe(200);
      held[0]!.close();
      await eventually('room', async () => {
        const next = await open(server);
        const answer = next.auth({ username: 'user1', password: 'pass1' });
        return (await answer).type === TYPE.ACK;
      });
      await held[1]!.nextOf(TYPE.DATA_BATCH);
    });
  });
});

describe('IP lists', () => {
  it('close at accept, without a byte, what is on the block list; it wins over the allow list', async () => {
    await ServerProcess.with(
      { IP_ALLOWLIST: '127.0.0.0/8', IP_BLOCKLIST: '127.0.0.9,127.7.0.0/16' },
      async (server) => {
        for (const localAddress of ['127.0.0.9', '127.7.3.4']) {
          const blocked = await open(server, { localAddress });
          expect(await blocked.untilClosed()).toEqual([]);
          expect(blocked.rest.length).toBe(0);
        }
        await openAuthenticated(server, { localAddress: '127.0.0.10' });
      },
    );
  });

  it('close what is not on the allow list', async () => {
    await ServerProcess.with({ IP_ALLOWLIST: '127.0.0.1,::1' }, async (server) => {
      expect(await (await open(server, { localAddress: '127.0.0.2' })).untilClosed()).toEqual([]);
      await openAuthenticated(server);
    });
  });
});

describe('a client that does not read', () => {
  it.each([
    ['nothing taken for the write deadline', { WRITE_DEADLINE_MS: '2000' }, 'write_deadline'],
    ['write queue above its bound', { MAX_WRITE_QUEUE_SIZE: '400' }, 'write_queue_frames'],
  ])('%s: ERROR 12 and close, and the others notice nothing', async (_, env, reason) => {
    await ServerProcess.with({ ...STALL_SETTINGS, ...env }, async (server) => {
      const good = await openSubscribed(server);
      const stuck = await openSubscribed(server);
      await stuck.nextOf(TYPE.DATA_BATCH);
      stuck.socket.pause();
      await eventually('the server to give it up', async () => {
        return (await server.metrics()).value('tick_storm_errors_total', { error_code: 'RATE_LIMITED' }) === 1;
      });
      // It reads again just in time: everything that was queued comes, then the reason, and nothing after it.
      stuck.socket.resume();
      await expectErrorAndClose(stuck, 12);
      await eventually('the close to be counted', async () => {
        return (await server.metrics()).value('tick_storm_connections_closed_total', { reason }) === 1;
      });

      const before = good.frames.length;
      await good.until(() => good.frames.length > before + 20, 'more batches');
      const live = good.frames
        .filter(({ type }) => type === TYPE.DATA_BATCH)
        .map(batchOf)
        .filter(({ isSnapshot }) => !isSnapshot);
      for (const [index, batch] of live.entries()) {
        if (index > 0) expect(batch.previousSequence).toBe(sequencesOf(live[index - 1]!).at(-1));
      }
    });
  });

  it('for good is cut off, and frees its place', async () => {
    await ServerProcess.with({ ...STALL_SETTINGS, WRITE_DEADLINE_MS: '500' }, async (server) => {
      const stuck = await openSubscribed(server);
      stuck.socket.pause();
      await eventually('the server to let go of it', async () => {
        return (await server.metrics()).value('tick_storm_active_connections') === 0;
      });
    });
  });
});
