import { z } from 'zod';
import { asSet } from './markers.ts';

const clockFeed = z
  .object({
    seed: z
      .string()
      .min(1)
      .max(128)
      .default('tick-storm')
      .describe('Text that the whole market follows from. Another seed is another market (a new epoch). FEED_SEED.'),
    symbols: asSet(
      z
        .array(
          z
            .string()
            .min(1)
            .max(16)
            .regex(/^[A-Z0-9._-]+$/),
        )
        .min(1)
        .max(1_000),
    )
      .optional()
      .describe("Symbols that are traded; absent means the server's own list. FEED_SYMBOLS."),
    tickIntervalMs: z
      .int32()
      .min(1)
      .max(60_000)
      .default(100)
      .describe('Milliseconds between two ticks of one symbol. FEED_TICK_INTERVAL_MS.'),
  })
  .describe('The deterministic market: every tick is a function of seed, symbol and time, the same in every pod.')
  .prefault({});

/** Where the ticks come from. */
export const feed = z
  .object({
    type: z
      .enum(['Clock'])
      .default('Clock')
      .describe('Kind of feed: Clock is a deterministic market that never stops.'),
    clock: clockFeed,
  })
  .describe('Source of the ticks.')
  .prefault({});
