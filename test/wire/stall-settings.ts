/**
 * A server at which a stall shows within moments: small socket buffers and a lively feed, which the client that keeps up
 * can follow on a busy machine too. Every bound of the write queue is out of reach: a test lowers the one that it is about.
 */
export const STALL_SETTINGS: Readonly<Record<string, string>> = {
  FEED_TICK_INTERVAL_MS: '10',
  TCP_WRITE_BUFFER_SIZE: '4096',
  WRITE_DEADLINE_MS: '60000',
  MAX_WRITE_QUEUE_SIZE: '1000000',
  MAX_WRITE_QUEUE_BYTES: '1073741824',
  MAX_WRITE_QUEUE_AGE_MS: '600000',
};
