import { channel } from 'node:diagnostics_channel';
import type { StreamMode } from '../feeds/feed.ts';

/** The beginning of one flush. */
export interface FlushMessage {
  mode: StreamMode;
  /** The first position that it publishes. */
  sequence: number;
  /** Ms of the system-wide monotonic clock. */
  monotonicMs: number;
}

const flushes = channel('tick-storm:flush');

/** Tells who listens to the diagnostics channel `tick-storm:flush`; costs nothing while nobody does. */
export function traceFlush(message: FlushMessage): void {
  if (flushes.hasSubscribers) flushes.publish(message);
}
