import type { ErrorCode, SubscribeRequest } from '@tick-storm/protocol';
import type { StreamMode } from '../feeds/feed.ts';
import type { CloseReason } from '../session/close-reason.ts';

/** Names one connection of a worker: its place, and a number that the place does not have twice in many hours. */
export interface ConnectionRef {
  slot: number;
  id: number;
}

// ---- worker to supervisor

/** A connection was accepted; the supervisor counts it and may refuse it. */
export type OpenMessage = ConnectionRef & { type: 'open'; address: string };
type ClosedMessage = { type: 'closed'; id: number };
export type AuthenticateMessage = ConnectionRef & {
  type: 'authenticate';
  address: string;
  username: string;
  password: string;
};
export type SubscribeMessage = ConnectionRef & {
  type: 'subscribe';
  mode: StreamMode;
  hasResume: boolean;
  request: Pick<SubscribeRequest, 'symbols' | 'startTimeMs' | 'resumeEpoch' | 'resumeSequence'>;
};
/** A connection of this group is gone. */
type LeaveMessage = { type: 'leave'; mode: StreamMode; group: number };
/** A connection is gone that was not yet at the live end: its position was still to come, or long past. */
type WithdrawMessage = ConnectionRef & { type: 'withdraw' };

// ---- supervisor to worker

/** This connection must go; `message` instead of the reason's own text. */
export type RefuseMessage = ConnectionRef & { type: 'refuse'; reason: CloseReason; message?: string };
/** `overloaded`: there was no time to find out. */
export type Verdict = 'granted' | 'denied' | 'rate_limited' | 'overloaded';
type VerdictMessage = ConnectionRef & { type: 'verdict'; verdict: Verdict };
/** The subscription stands; the group's frames follow for it as soon as `joined` came. */
export type AcceptedMessage = ConnectionRef & {
  type: 'accepted';
  epoch: string;
  streamSequence: number;
  earliestSequence: number;
};
/** From here on the group's frames are for this connection too. */
type JoinedMessage = ConnectionRef & {
  type: 'joined';
  mode: StreamMode;
  group: number;
  /** No snapshot comes, so the first live batch is to carry the epoch. */
  awaitsEpoch: boolean;
};
export type DeclinedMessage = ConnectionRef & {
  type: 'declined';
  code: ErrorCode;
  message: string;
  details: string;
  earliestSequence: number;
  epoch: string;
};

/** A connection that is catching up reads so slowly that the history has left it behind: it must go. */
type BehindMessage = ConnectionRef & { type: 'behind' };

export type ToSupervisor =
  OpenMessage | ClosedMessage | AuthenticateMessage | SubscribeMessage | LeaveMessage | WithdrawMessage;

export type ToWorker =
  RefuseMessage | VerdictMessage | AcceptedMessage | JoinedMessage | DeclinedMessage | BehindMessage;

export type ControlMessage = ToSupervisor | ToWorker;

const toWorkerTypes: ReadonlySet<string> = new Set<ToWorker['type']>([
  'refuse',
  'verdict',
  'accepted',
  'joined',
  'declined',
  'behind',
]);

/** The peer is a process of this same program: more than the shape of a message need not be checked. */
export function isControlMessage(message: unknown): message is ControlMessage {
  return typeof message === 'object' && message !== null && 'type' in message;
}

/** Tells the two directions apart. */
export function isToWorker(message: ControlMessage): message is ToWorker {
  return toWorkerTypes.has(message.type);
}
