import { ErrorCode } from '@tick-storm/protocol';
import type { Feed, StreamMode } from '../feeds/feed.ts';
import type { DeclinedMessage, SubscribeMessage } from '../link/control-message.ts';

/** A client may be this much stream ahead of this pod: the pod it comes from had a faster clock. */
const MAX_POSITION_AHEAD_MS = 30_000;

/** Where a subscription enters the stream. */
export type EntryPoint =
  /** At the live end, with the last tick per symbol first. */
  | { kind: 'snapshot' }
  /** With the first matching tick after a position, wherever the stream is. */
  | { kind: 'after'; position: number }
  | ({ kind: 'declined' } & Pick<DeclinedMessage, 'code' | 'message' | 'details'>);

/** How far a mode's stream reaches. */
export interface Reach {
  feed: Feed;
  mode: StreamMode;
  /** The last published position. */
  position: number;
  /** The first position that clients are told they can have. */
  earliest: number;
  /** The first position that they still get, a little before that: the answer takes its time to them and back. */
  earliestServed: number;
}

/**
 * Finds where a subscription enters, or why it cannot.
 * @param nowMs unix ms
 */
export function entryPoint({ request, hasResume }: SubscribeMessage, reach: Reach, nowMs: number): EntryPoint {
  const { startTimeMs, resumeEpoch, resumeSequence } = request;
  const code = hasResume ? ErrorCode.POSITION_UNAVAILABLE : ErrorCode.INVALID_SUBSCRIPTION;
  const declined = (message: string, details: string): EntryPoint => ({ kind: 'declined', code, message, details });
  const { feed, mode, position, earliest, earliestServed } = reach;
  if (resumeEpoch === '' && resumeSequence === 0) {
    if (startTimeMs === 0 || startTimeMs >= nowMs) return { kind: 'snapshot' };
    const first = feed.sequenceAt(mode, startTimeMs);
    if (first >= earliestServed) return { kind: 'after', position: first - 1 };
    const earliestMs = feed.read(mode, earliest, Math.min(earliest, position))[0]?.tick.timestampMs ?? nowMs;
    return declined('start_time_ms lies before the history that is kept', `earliest start_time_ms is ${earliestMs}`);
  }
  if (resumeEpoch !== feed.epoch) return declined('the position is of another epoch', `the epoch is ${feed.epoch}`);
  if (resumeSequence < earliestServed - 1) {
    return declined('the position lies before the history that is kept', `earliest stream_sequence is ${earliest}`);
  }
  if (resumeSequence > position && feed.timeOf(mode, resumeSequence) - nowMs > MAX_POSITION_AHEAD_MS) {
    const message = `the position lies more than ${MAX_POSITION_AHEAD_MS / 1_000} s ahead`;
    return declined(message, `the last stream_sequence is ${position}`);
  }
  return { kind: 'after', position: resumeSequence };
}
