import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeAll, expectErrorAndClose, open, openAuthenticated, openSubscribed } from './clients.ts';
import { eventually } from './eventually.ts';
import { batchOf, heartbeatFrame } from './messages.ts';
import { TYPE } from './raw-frame.ts';
import { ServerProcess } from './server-process.ts';

let folder: string;
let version = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tick-settings-'));
});
afterEach(closeAll);
afterAll(() => rm(folder, { recursive: true }));

/** Changes the file as the kubelet changes a mounted ConfigMap: config.json -> ..data/config.json, ..data swapped. */
async function mount(content: string): Promise<void> {
  version += 1;
  const target = join(folder, `..version-${version}`);
  await mkdir(target);
  await writeFile(join(target, 'config.json'), content);
  await symlink(target, join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  if (version === 1) await symlink(join('..data', 'config.json'), join(folder, 'config.json'));
}

describe('CONFIG_FILE', () => {
  it('changes the address lists and the log level of a running server, and no connection notices', async () => {
    await mount(JSON.stringify({ ipBlocklist: ['127.0.0.30'] }));
    const server = await ServerProcess.start({ CONFIG_FILE: join(folder, 'config.json'), WORKERS: '2' });
    try {
      const witness = await openSubscribed(server);
      const isBlocked = async (localAddress: string): Promise<boolean> => {
        const connection = await open(server, { localAddress });
        const answer = connection.auth({ username: 'user1', password: 'pass1' }).then(
          ({ type }) => type !== TYPE.ACK,
          () => true,
        );
        return answer;
      };
      expect(await isBlocked('127.0.0.30')).toBe(true);
      expect(await isBlocked('127.0.0.31')).toBe(false);

      await mount(JSON.stringify({ ipBlocklist: ['127.0.0.31'], logLevel: 'debug' }));
      await eventually('the change', () => server.log('settings changed') !== undefined);
      await eventually('both workers to block', async () => {
        const answers = await Promise.all(Array.from({ length: 10 }, () => isBlocked('127.0.0.31')));
        return answers.every(Boolean);
      });
      expect(await isBlocked('127.0.0.30')).toBe(false);

      await mount('{ "ipBlocklist": ["127.0.0.32/99"] }');
      await eventually('the complaint', () => server.logs.some(({ level }) => level === 'error'));
      expect(await isBlocked('127.0.0.31')).toBe(true);
      await openAuthenticated(server, { localAddress: '127.0.0.32' });

      const before = witness.frames.length;
      await witness.until(() => witness.frames.length > before + 5, 'more batches');
      expect(witness.isClosed).toBe(false);
    } finally {
      await server.stop();
    }
  });

  it('changes limits, heartbeats and batching of a running server in every process, and no connection notices', async () => {
    await mount('{}');
    const server = await ServerProcess.start({
      CONFIG_FILE: join(folder, 'config.json'),
      WORKERS: '2',
      FEED_TICK_INTERVAL_MS: '20',
    });
    try {
      const witness = await openSubscribed(server);
      const silent = await openSubscribed(server);
      await witness.nextOf(TYPE.DATA_BATCH);
      // The one that keeps sending heartbeats stays, the silent one goes: it sends them before the timeout is short.
      const pulse = setInterval(() => witness.send(heartbeatFrame(Date.now(), 1)), 100);
      try {
        await mount(
          JSON.stringify({ maxConnections: 2, maxBatchSize: 3, heartbeatTimeoutMs: 2_000, subscribeTimeout: '200ms' }),
        );
        await eventually('the change', () => server.log('settings changed') !== undefined);
        expect(server.log('settings changed')).toMatchObject({ maxConnections: 2, maxBatchSize: 3 });
        await expectErrorAndClose(await open(server), 12);
        await expectErrorAndClose(silent, 7);
        const before = witness.frames.length;
        await witness.until(() => witness.frames.length > before + 20, 'more batches');
        const sizes = witness.frames
          .slice(before)
          .filter(({ type }) => type === TYPE.DATA_BATCH)
          .map((received) => batchOf(received).ticks.length);
        expect(Math.max(...sizes)).toBe(3);
        await expectErrorAndClose(await openAuthenticated(server), 6);
        expect(witness.isClosed).toBe(false);
      } finally {
        clearInterval(pulse);
      }
    } finally {
      await server.stop();
    }
  });

  it('that is wrong at start: exit 78 with what is wrong', async () => {
    await writeFile(join(folder, 'wrong.json'), '{ "logLevel": "loud" }');
    const { exit, stderr } = await ServerProcess.run({ CONFIG_FILE: join(folder, 'wrong.json') });
    expect(exit.code).toBe(78);
    expect(stderr).toMatch(/CONFIG_FILE.*logLevel/s);
  });
});
