/** As fast as it can: frames stay of one size and a connection that cannot take one is left out, as the floor does it. */
export const SATURATION = {
  MAX_BATCH_WINDOW_MS: '1',
  MAX_BATCH_SIZE: '33',
  SLOW_CONSUMER_POLICY: 'drop',
  // The load client is slower than this for some.
  WRITE_DEADLINE_MS: '600000',
} as const;
