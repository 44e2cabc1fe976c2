import { describe, expect, it } from '@jest/globals';
import { TRANSPORTS } from '../wire/transport.ts';
import { runLive } from './live-run.ts';

// The short form of `npm run fuzz:live`.
const LIMIT_MS = 300_000;

describe('a good client', () => {
  it.each(TRANSPORTS)(
    'gets every tick while garbage comes over %s',
    async (transport) => {
      const connections = transport === 'TCP' ? 1_000 : 300;
      const { ends, good, problems } = await runLive({
        transport,
        connections,
        concurrency: 50,
        seed: 3,
        progress: () => {},
      });
      expect(problems).toEqual([]);
      expect([...ends.values()].reduce((sum, count) => sum + count, 0)).toBe(connections);
      expect(good.ticks).toBe(good.lastSequence - good.firstSequence + 1);
      expect(good.ticks).toBeGreaterThan(20);
    },
    LIMIT_MS,
  );
});
