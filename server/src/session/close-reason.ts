import { ErrorCode } from '@tick-storm/protocol';

/** The ERROR that is sent before the close. */
export interface Said {
  code: ErrorCode;
  /** The text when the event brings no better one. */
  message: string;
}

/** Without a code the connection is closed without a word. */
type Ending = Said | { code?: never; message?: never };

/** The closed list of how a connection ends: the log field, the metric label and, by `endings`, the wire error. */
export type CloseReason =
  | 'client_closed'
  | 'connection_reset'
  | 'address_blocked'
  | 'proxy_header'
  | 'auth_timeout'
  | 'not_a_frame'
  | 'tls_failed'
  | 'invalid_auth'
  | 'auth_required'
  | 'auth_rate_limited'
  | 'auth_overloaded'
  | 'already_authenticated'
  | 'invalid_subscription'
  | 'already_subscribed'
  | 'subscribe_timeout'
  | 'heartbeat_timeout'
  | 'invalid_message'
  | 'checksum_failed'
  | 'protocol_version'
  | 'message_too_large'
  | 'write_queue_frames'
  | 'write_queue_bytes'
  | 'write_queue_age'
  | 'history_passed'
  | 'write_deadline'
  | 'server_full'
  | 'resource_breach'
  | 'shed'
  | 'connection_limit'
  | 'connection_rate'
  | 'user_limit'
  | 'user_removed'
  | 'server_draining'
  | 'rebalanced'
  | 'kicked';

const endings: Readonly<Record<CloseReason, Ending>> = {
  client_closed: {},
  connection_reset: {},
  address_blocked: {},
  proxy_header: {},
  auth_timeout: {},
  not_a_frame: {},
  tls_failed: {},
  invalid_auth: { code: ErrorCode.INVALID_AUTH, message: 'authentication failed' },
  auth_required: { code: ErrorCode.AUTH_REQUIRED, message: 'the first frame must be AUTH' },
  auth_rate_limited: {
    code: ErrorCode.RATE_LIMITED,
    message: 'too many failed authentications from this address; try again later',
  },
  auth_overloaded: { code: ErrorCode.RATE_LIMITED, message: 'too many authentications at once; try again later' },
  already_authenticated: { code: ErrorCode.ALREADY_AUTHENTICATED, message: 'this connection is authenticated already' },
  invalid_subscription: { code: ErrorCode.INVALID_SUBSCRIPTION, message: 'the subscription is not valid' },
  already_subscribed: { code: ErrorCode.ALREADY_SUBSCRIBED, message: 'this connection is subscribed already' },
  subscribe_timeout: { code: ErrorCode.NOT_SUBSCRIBED, message: 'no SUBSCRIBE came in time' },
  heartbeat_timeout: { code: ErrorCode.HEARTBEAT_TIMEOUT, message: 'no frame came in time' },
  invalid_message: { code: ErrorCode.INVALID_MESSAGE, message: 'the message is not valid' },
  checksum_failed: { code: ErrorCode.CHECKSUM_FAILED, message: 'the checksum of a frame is wrong' },
  protocol_version: { code: ErrorCode.PROTOCOL_VERSION, message: 'the protocol version is not supported' },
  message_too_large: { code: ErrorCode.MESSAGE_TOO_LARGE, message: 'a frame is too large' },
  write_queue_frames: tooSlow('too many frames wait for it'),
  write_queue_bytes: tooSlow('too many bytes wait for it'),
  write_queue_age: tooSlow('a frame has waited for it too long'),
  history_passed: tooSlow('what it has yet to catch up with is no longer kept'),
  write_deadline: tooSlow('nothing was taken in time'),
  server_full: { code: ErrorCode.RATE_LIMITED, message: 'the server has no room for another connection' },
  connection_limit: { code: ErrorCode.RATE_LIMITED, message: 'this address has too many connections' },
  connection_rate: { code: ErrorCode.RATE_LIMITED, message: 'too many new connections; try again later' },
  user_limit: { code: ErrorCode.RATE_LIMITED, message: 'this user has too many connections' },
  user_removed: { code: ErrorCode.INVALID_AUTH, message: 'this user has no access any more' },
  resource_breach: { code: ErrorCode.RATE_LIMITED, message: 'the server is short of resources; connect again later' },
  shed: tooSlow('the server is short of memory'),
  server_draining: { code: ErrorCode.INTERNAL_ERROR, message: 'the server is leaving; connect again' },
  rebalanced: {
    code: ErrorCode.INTERNAL_ERROR,
    message: 'the server hands over some of its connections; connect again',
  },
  kicked: { code: ErrorCode.INTERNAL_ERROR, message: 'the connection was closed by an administrator' },
};

/** Endings that are nobody's fault. */
const regular: ReadonlySet<CloseReason> = new Set<CloseReason>([
  'client_closed',
  'server_draining',
  'rebalanced',
  'kicked',
]);

/** Endings by which a client broke the protocol. */
const violations: ReadonlySet<CloseReason> = new Set<CloseReason>([
  'not_a_frame',
  'auth_required',
  'already_authenticated',
  'invalid_subscription',
  'already_subscribed',
  'invalid_message',
  'checksum_failed',
  'protocol_version',
  'message_too_large',
]);

const slowConsumers: ReadonlySet<CloseReason> = new Set<CloseReason>([
  'write_queue_frames',
  'write_queue_bytes',
  'write_queue_age',
  'history_passed',
  'write_deadline',
  'shed',
]);

function tooSlow(why: string): Said {
  return { code: ErrorCode.RATE_LIMITED, message: `the client reads too slowly: ${why}` };
}

/** All of them. */
export const closeReasons: readonly CloseReason[] = Object.keys(endings).filter(isCloseReason);

function isCloseReason(text: string): text is CloseReason {
  return Object.hasOwn(endings, text);
}

/** What is said on the wire at an ending. */
export function endingOf(reason: CloseReason): Ending {
  return endings[reason];
}

/** True for endings of clients that take too little of what is sent. */
export function isSlowConsumer(reason: CloseReason): boolean {
  return slowConsumers.has(reason);
}

/** True for endings that count as connection errors. */
export function isFault(reason: CloseReason): boolean {
  return !regular.has(reason);
}

/** True for endings that count as protocol errors. */
export function isProtocolError(reason: CloseReason): boolean {
  return violations.has(reason);
}
