import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeAll, expectErrorAndClose, open, openAuthenticated } from './clients.ts';
import { eventually } from './eventually.ts';
import { GOLDEN_AUTH } from './golden.ts';
import { TYPE } from './raw-frame.ts';
import type { ServerProcess } from './server-process.ts';
import { startServer, TRANSPORTS } from './transport.ts';

afterEach(closeAll);

describe.each(TRANSPORTS)('limits over %s', (transport) => {
  const withServer = async (
    env: Record<string, string>,
    run: (server: ServerProcess) => Promise<void>,
  ): Promise<void> => {
    const server = await startServer(transport, env);
    try {
      await run(server);
    } finally {
      await server.stop();
    }
  };

  const isAccepted = async (server: ServerProcess, localAddress: string): Promise<boolean> => {
    const connection = await open(server, { localAddress });
    connection.send(GOLDEN_AUTH);
    return (await connection.next()).type === TYPE.ACK;
  };

  it('MAX_CONNECTIONS_PER_IP: one more is refused with ERROR 12, over all workers, until there is room', async () => {
    await withServer({ MAX_CONNECTIONS_PER_IP: '3', WORKERS: '2' }, async (server) => {
      const first = await openAuthenticated(server, { localAddress: '127.0.0.40' });
      for (let count = 1; count < 3; count += 1) await openAuthenticated(server, { localAddress: '127.0.0.40' });
      const { message } = await expectErrorAndClose(await open(server, { localAddress: '127.0.0.40' }), 12);
      expect(message).toBe('this address has too many connections');
      await openAuthenticated(server, { localAddress: '127.0.0.41' });
      first.close();
      await eventually('room', () => isAccepted(server, '127.0.0.40'));
      const reason = { reason: 'connection_limit' };
      await eventually('it to be counted', async () => {
        return (await server.metrics()).value('tick_storm_connections_closed_total', reason) >= 1;
      });
    });
  });

  it('CONNECTION_RATE_LIMIT_PER_IP: too many at once are refused with ERROR 12, others and later ones are not', async () => {
    await withServer({ CONNECTION_RATE_LIMIT_PER_IP: '5', WORKERS: '2' }, async (server) => {
      const burst = await Promise.all(Array.from({ length: 40 }, () => isAccepted(server, '127.0.0.42')));
      expect(burst.filter(Boolean).length).toBeGreaterThanOrEqual(5);
      expect(burst).toContain(false);
      await openAuthenticated(server, { localAddress: '127.0.0.43' });
      await eventually('the bucket to fill', () => isAccepted(server, '127.0.0.42'));
      const reason = { reason: 'connection_rate' };
      const refused = burst.filter((accepted) => !accepted).length;
      await eventually('all to be counted', async () => {
        return (await server.metrics()).value('tick_storm_connections_closed_total', reason) >= refused;
      });
    });
  });
});

describe('CONNECTION_RATE_LIMIT', () => {
  it('holds for all addresses together, and can be changed while the server runs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tick-limits-'));
    const file = join(folder, 'config.json');
    const configure = async (rate: number): Promise<void> => {
      await writeFile(`${file}.new`, JSON.stringify({ connectionRateLimit: rate }));
      await rename(`${file}.new`, file);
    };
    await configure(5);
    const server = await startServer('TCP', { CONFIG_FILE: file, WORKERS: '2' });
    try {
      const burst = async (): Promise<boolean[]> =>
        Promise.all(
          Array.from({ length: 40 }, async (_, host) => {
            const connection = await open(server, { localAddress: `127.0.1.${host + 1}` });
            connection.send(GOLDEN_AUTH);
            return (await connection.next()).type === TYPE.ACK;
          }),
        );
      expect(await burst()).toContain(false);
      await configure(0);
      await eventually('the change', () => server.log('settings changed') !== undefined);
      expect(await burst()).toEqual(Array.from({ length: 40 }, () => true));
    } finally {
      await server.stop();
      await rm(folder, { recursive: true });
    }
  });
});
