import { afterEach, describe, expect, it } from '@jest/globals';
import { closeAll, openSubscribed } from './clients.ts';
import { batchOf, sequencesOf } from './messages.ts';
import { TYPE } from './raw-frame.ts';
import { ServerProcess } from './server-process.ts';

afterEach(closeAll);

/** The ticks of a server by their sequence, and the epoch that numbers them. */
async function record(server: ServerProcess, ticks: number): Promise<{ epoch: string; ticks: Map<number, string> }> {
  const connection = await openSubscribed(server);
  const recorded = new Map<number, string>();
  let epoch = '';
  while (recorded.size < ticks) {
    const batch = batchOf(await connection.nextOf(TYPE.DATA_BATCH));
    epoch ||= batch.epoch;
    if (batch.isSnapshot) continue;
    for (const [index, sequence] of sequencesOf(batch).entries())
      recorded.set(sequence, JSON.stringify(batch.ticks[index]));
  }
  return { epoch, ticks: recorded };
}

describe('two servers', () => {
  it('with the same feed send the same ticks under the same numbers, and name the same epoch', async () => {
    const env = { FEED_SEED: 'twins', FEED_TICK_INTERVAL_MS: '50' };
    const servers = [await ServerProcess.start(env), await ServerProcess.start({ ...env, WORKERS: '2' })];
    try {
      const [first, second] = await Promise.all(servers.map((server) => record(server, 600)));
      expect(first!.epoch).toBe(second!.epoch);
      const shared = [...first!.ticks.keys()].filter((sequence) => second!.ticks.has(sequence));
      expect(shared.length).toBeGreaterThan(300);
      for (const sequence of shared) expect(second!.ticks.get(sequence)).toBe(first!.ticks.get(sequence));
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  });

  it.each([
    ['another seed', { FEED_SEED: 'other' }],
    ['other symbols', { FEED_SYMBOLS: 'AAPL,MSFT' }],
    ['another interval', { FEED_TICK_INTERVAL_MS: '70' }],
  ])('with %s name another epoch', async (_, env) => {
    const servers = [await ServerProcess.start(), await ServerProcess.start(env)];
    try {
      const [first, second] = await Promise.all(servers.map((server) => record(server, 4)));
      expect(first!.epoch).not.toBe(second!.epoch);
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  });
});
