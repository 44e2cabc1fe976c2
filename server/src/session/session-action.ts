import type { ErrorCode, ErrorResponse, MessageType, SubscribeRequest } from '@tick-storm/protocol';
import type { StreamMode } from '../feeds/feed.ts';
import type { CloseReason } from './close-reason.ts';

interface SendAction {
  kind: 'send';
  type: MessageType;
  payload: Uint8Array;
  /** Of an ERROR that does not end the connection. */
  errorCode?: ErrorCode;
}

/** Ask for a verdict; nothing more is read from the client until it is there. */
interface AuthenticateAction {
  kind: 'authenticate';
  username: string;
  password: string;
}

/** Ask for a place in a stream; nothing more is read from the client until the answer is there. */
interface SubscribeAction {
  kind: 'subscribe';
  mode: StreamMode;
  hasResume: boolean;
  request: SubscribeRequest;
}

/** Raise a `deadline` event after this time instead of what was set before; undefined = never. */
interface DeadlineAction {
  kind: 'deadline';
  afterMs: number | undefined;
}

/** What an ERROR says beside its code, which follows from the reason alone. */
export type ErrorText = Partial<Pick<ErrorResponse, 'message' | 'details'>>;

interface CloseAction {
  kind: 'close';
  reason: CloseReason;
  /** Overrides of the ending's own text. */
  error: ErrorText;
}

export type SessionAction = SendAction | AuthenticateAction | SubscribeAction | DeadlineAction | CloseAction;
