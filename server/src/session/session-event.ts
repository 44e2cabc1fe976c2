import type { Frame, FrameErrorKind } from '@tick-storm/protocol';
import type { AcceptedMessage, DeclinedMessage, Verdict } from '../link/control-message.ts';
import type { DrainReason } from '../link/drain-reason.ts';

export type SessionEvent =
  /** The conversation can begin; `waitedMs` of the time to authenticate went by since the accept. */
  | { kind: 'opened'; waitedMs: number }
  | { kind: 'frame'; frame: Frame }
  /** What the client sends is not made of frames. */
  | { kind: 'fault'; fault: FrameErrorKind; message: string }
  | { kind: 'verdict'; verdict: Verdict }
  | { kind: 'accepted'; position: Pick<AcceptedMessage, 'epoch' | 'streamSequence' | 'earliestSequence'> }
  | { kind: 'declined'; answer: Omit<DeclinedMessage, 'type' | 'slot' | 'id'> }
  /** The time of the last `deadline` action is over. */
  | { kind: 'deadline' }
  /** No frame came for the heartbeat timeout. */
  | { kind: 'silence' }
  /** The server is leaving and will close this connection at `deadlineMs` (unix ms). */
  | { kind: 'drain'; reason: DrainReason; reconnectWithinMs: number; deadlineMs: number }
  /** The server stays after all: what it said about leaving no longer holds. */
  | { kind: 'stay' };
