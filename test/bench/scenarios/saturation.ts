import { ticksOf } from '../contenders/tick-storm.ts';

/**
 * Settings of our server with which it sends as fast as it can frames of one size, and leaves out a connection that
 * cannot take one, as the floor does it.
 * @param frameBytes about what a frame has
 * @param framesPerFlush the feed's finest step is a millisecond: more make more than a thousand frames a second
 */
export function saturation(frameBytes: number, framesPerFlush = 1): Readonly<Record<string, string>> {
  const ticks = ticksOf(frameBytes);
  const symbols = Array.from({ length: framesPerFlush * ticks }, (_, index) => `S${String(index).padStart(3, '0')}`);
  return {
    FEED_SYMBOLS: symbols.join(','),
    MAX_BATCH_WINDOW_MS: '1',
    MAX_BATCH_SIZE: String(ticks),
    SLOW_CONSUMER_POLICY: 'drop',
    // The load client is slower than this for some.
    WRITE_DEADLINE_MS: '600000',
  };
}
