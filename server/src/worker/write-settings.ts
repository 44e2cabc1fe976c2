import type { HotSettings } from '../config/server-config.ts';
import type { WriteBounds } from './write-queue.ts';

/** How clients that read slowly are dealt with. */
export interface WriteSettings {
  readonly policy: HotSettings['slowConsumerPolicy'];
  readonly bounds: WriteBounds;
  /** A client that takes nothing of what waits for this long is closed. */
  readonly deadlineMs: number;
}

export function writeSettingsOf(hot: HotSettings): WriteSettings {
  return {
    policy: hot.slowConsumerPolicy,
    bounds: {
      maxFrames: hot.maxWriteQueueSize,
      maxBytes: hot.maxWriteQueueBytes,
      maxAgeMs: hot.maxWriteQueueAgeMs,
    },
    deadlineMs: hot.writeDeadlineMs,
  };
}
