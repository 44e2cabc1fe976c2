import type { StreamMode } from '../feeds/feed.ts';
import type { SessionState } from '../session/session.ts';

/** What is told of one connection. */
export interface ConnectionRow {
  id: number;
  address: string;
  /** Empty before authentication. */
  user: string;
  state: SessionState;
  /** undefined = no subscription yet. */
  mode: StreamMode | undefined;
  /** -1 = none. */
  group: number;
  /** Bytes that the kernel has not taken yet. */
  pendingBytes: number;
  ageMs: number;
  sentFrames: number;
  sentBytes: number;
}
