import type { Frame, FrameErrorKind } from '@tick-storm/protocol';
import {
  decodeAuthRequest,
  decodeHeartbeatRequest,
  decodeSubscribeRequest,
  encodeAckResponse,
  encodeErrorResponse,
  encodeGoAway,
  encodePong,
  ErrorCode,
  FieldLimits,
  isHeartbeatTime,
  MessageType,
  messageTypeName,
} from '@tick-storm/protocol';
import type { StreamMode } from '../feeds/feed.ts';
import type { DrainReason } from '../link/drain-reason.ts';
import type { DeclinedMessage, Verdict } from '../link/control-message.ts';
import type { CloseReason } from './close-reason.ts';
import type { ErrorText, SessionAction } from './session-action.ts';
import type { SessionEvent } from './session-event.ts';
import { subscriptionProblem } from './subscription-problem.ts';

/**
 * Time for the verdict on an AUTH that came in time; longer than a wrong answer is held back. A client that waits for it
 * has kept to AUTH_TIMEOUT, so it is told.
 */
const VERDICT_TIMEOUT_MS = 10_000;

/** Extensions that are granted to clients that announce them, and every choice of them: one list for all sessions. */
const grantedFeatures = [[], ['goaway'], ['resume'], ['goaway', 'resume']] as const;

type Feature = (typeof grantedFeatures)[number][number];

export interface SessionOptions {
  authTimeoutMs: number;
  subscribeTimeoutMs: number;
  serverVersion: string;
  /** Name of this server among its like; may be empty. */
  instanceId: string;
}

/**
 * connected -> authenticating -> authenticated -> subscribing -> subscribed -> closed; closed from anywhere.
 * In `authenticating` and `subscribing` the session waits for an answer and takes no frame.
 */
export type SessionState = 'connected' | 'authenticating' | 'authenticated' | 'subscribing' | 'subscribed' | 'closed';

const closeReasonOfFault: Readonly<Record<FrameErrorKind, CloseReason>> = {
  magic: 'invalid_message',
  version: 'protocol_version',
  length: 'message_too_large',
  checksum: 'checksum_failed',
};

/** Why a session closes whose deadline is over; the other states have none. */
const reasonOfDeadline: Readonly<Partial<Record<SessionState, CloseReason>>> = {
  connected: 'auth_timeout',
  authenticating: 'auth_overloaded',
  authenticated: 'subscribe_timeout',
};

/**
 * The rules of one conversation: an event in, actions out. No socket, no clock, no timer; the time comes with
 * the event.
 */
export class Session {
  state: SessionState = 'connected';
  readonly #options: SessionOptions;
  #features: readonly Feature[] = grantedFeatures[0];
  #hasAnnounced = false;
  #mode: StreamMode | undefined;
  #isLeaving = false;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** True while an answer must come before the next frame may be handled. */
  get isWaiting(): boolean {
    return this.state === 'authenticating' || this.state === 'subscribing';
  }

  get isAuthenticated(): boolean {
    return this.state === 'authenticated' || this.state === 'subscribing' || this.state === 'subscribed';
  }

  /** The client was told to connect elsewhere and understands that. */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /** The subscribed mode, also while the subscription is being answered. */
  get mode(): StreamMode | undefined {
    return this.#mode;
  }

  /**
   * Answers and deadlines that the session does not wait for are ignored: they came too late.
   * @param nowMs unix ms
   * @throws Error on a frame while the session {@link isWaiting}: its owner must hold it back
   */
  handle(event: SessionEvent, nowMs: number): SessionAction[] {
    if (this.state === 'closed') return [];
    switch (event.kind) {
      case 'opened':
        if (this.state !== 'connected') return [];
        return [{ kind: 'deadline', afterMs: this.#options.authTimeoutMs - event.waitedMs }];
      case 'frame':
        return this.#onFrame(event.frame, nowMs);
      case 'fault':
        return this.#onFault(event.fault, event.message);
      case 'verdict':
        return this.state === 'authenticating' ? this.#onVerdict(event.verdict, nowMs) : [];
      case 'accepted':
        return this.state === 'subscribing' ? this.#onAccepted(event.position, nowMs) : [];
      case 'declined':
        return this.state === 'subscribing' ? this.#onDeclined(event.answer, nowMs) : [];
      case 'deadline':
        return this.#onDeadline();
      case 'silence':
        return this.isAuthenticated ? this.#close('heartbeat_timeout') : [];
      case 'stay':
        this.#isLeaving = false;
        return [];
      case 'drain':
        break;
    }
    return this.#onDrain(event.reason, event.reconnectWithinMs, event.deadlineMs);
  }

  /** The connection ends for a reason outside the conversation. */
  end(): void {
    this.state = 'closed';
  }

  #onFrame(frame: Frame, nowMs: number): SessionAction[] {
    if (this.isWaiting) throw new Error(`a frame of type ${frame.type} came while ${this.state}`);
    if (this.state === 'connected') return this.#onFirstFrame(frame);
    switch (frame.type) {
      case MessageType.HEARTBEAT:
        return this.#onHeartbeat(frame.payload, nowMs);
      case MessageType.SUBSCRIBE:
        return this.#onSubscribe(frame.payload, nowMs);
      case MessageType.AUTH:
        return this.#close('already_authenticated');
      default: {
        const name = messageTypeName(frame.type);
        const what = name === 'UNKNOWN' ? `frame type ${frame.type} is unknown` : `a client does not send ${name}`;
        return this.#close('invalid_message', { message: what });
      }
    }
  }

  #onFirstFrame(frame: Frame): SessionAction[] {
    if (frame.type !== MessageType.AUTH) return this.#close('auth_required');
    this.state = 'authenticating';
    const request = orUndefined(() => decodeAuthRequest(frame.payload));
    const isWithinLimits =
      request &&
      request.username.length <= FieldLimits.usernameLength &&
      request.password.length <= FieldLimits.passwordLength &&
      request.clientId.length <= FieldLimits.clientIdLength &&
      request.version.length <= FieldLimits.versionLength;
    const deadline: SessionAction = { kind: 'deadline', afterMs: VERDICT_TIMEOUT_MS };
    // What cannot be credentials is judged like wrong ones: it counts against the address.
    if (!isWithinLimits) return [deadline, { kind: 'authenticate', username: '', password: '' }];
    this.#hasAnnounced = request.features.length > 0;
    this.#features = grantedOf(request.features);
    return [deadline, { kind: 'authenticate', username: request.username, password: request.password }];
  }

  #onVerdict(verdict: Verdict, nowMs: number): SessionAction[] {
    if (verdict === 'denied') return this.#close('invalid_auth');
    if (verdict === 'rate_limited') return this.#close('auth_rate_limited');
    if (verdict === 'overloaded') return this.#close('auth_overloaded');
    this.state = 'authenticated';
    const { serverVersion, instanceId, subscribeTimeoutMs } = this.#options;
    const metadata: Record<string, string> = {};
    if (this.#hasAnnounced) {
      metadata['features'] = this.#features.join(',');
      metadata['server_version'] = serverVersion;
      if (instanceId !== '') metadata['instance'] = instanceId;
    }
    return [
      this.#ack(MessageType.AUTH, 'Authentication successful', metadata, nowMs),
      { kind: 'deadline', afterMs: subscribeTimeoutMs },
    ];
  }

  #onHeartbeat(payload: Uint8Array, nowMs: number): SessionAction[] {
    const request = payload.length > 0 ? orUndefined(() => decodeHeartbeatRequest(payload)) : undefined;
    if (!request) return this.#close('invalid_message', { message: 'the HEARTBEAT payload cannot be decoded' });
    if (!isHeartbeatTime(request.timestampMs, nowMs)) {
      return this.#close('invalid_message', {
        message: 'the HEARTBEAT timestamp is out of bounds',
        details: 'timestamp_ms must lie within the last 24 h and the next 5 min',
      });
    }
    return [{ kind: 'send', type: MessageType.PONG, payload: encodePong(payload, nowMs) }];
  }

  #onSubscribe(payload: Uint8Array, nowMs: number): SessionAction[] {
    const request = orUndefined(() => decodeSubscribeRequest(payload));
    if (!request) return this.#close('invalid_message', { message: 'the SUBSCRIBE payload cannot be decoded' });
    if (this.state === 'subscribed') {
      if (request.mode === this.#mode) return this.#close('already_subscribed');
      return this.#close('invalid_subscription', { message: 'this connection is subscribed to another mode already' });
    }
    const problem = subscriptionProblem(request, nowMs);
    if (problem) return this.#close('invalid_subscription', { message: problem });
    this.state = 'subscribing';
    const mode: StreamMode = request.mode === 1 ? 1 : 2;
    this.#mode = mode;
    const hasResume = this.#features.includes('resume');
    return [
      { kind: 'deadline', afterMs: undefined },
      { kind: 'subscribe', mode, hasResume, request },
    ];
  }

  #onAccepted(
    position: { epoch: string; streamSequence: number; earliestSequence: number },
    nowMs: number,
  ): SessionAction[] {
    this.state = 'subscribed';
    const metadata = {
      epoch: position.epoch,
      stream_sequence: String(position.streamSequence),
      earliest_sequence: String(position.earliestSequence),
    };
    return [this.#ack(MessageType.SUBSCRIBE, 'Subscription confirmed', metadata, nowMs)];
  }

  #onDeclined(answer: Omit<DeclinedMessage, 'type' | 'slot' | 'id'>, nowMs: number): SessionAction[] {
    const { code, message, details, earliestSequence, epoch } = answer;
    if (code !== ErrorCode.POSITION_UNAVAILABLE) return this.#close('invalid_subscription', { message, details });
    // The client may subscribe anew on the same connection.
    this.state = 'authenticated';
    this.#mode = undefined;
    const error = { code, message, details, timestampMs: nowMs, earliestSequence, epoch };
    return [
      { kind: 'send', type: MessageType.ERROR, payload: encodeErrorResponse(error), errorCode: code },
      { kind: 'deadline', afterMs: this.#options.subscribeTimeoutMs },
    ];
  }

  #onFault(fault: FrameErrorKind, message: string): SessionAction[] {
    if (fault === 'magic' && this.state === 'connected') return this.#close('not_a_frame');
    return this.#close(closeReasonOfFault[fault], { message });
  }

  #onDeadline(): SessionAction[] {
    const reason = reasonOfDeadline[this.state];
    return reason ? this.#close(reason) : [];
  }

  #onDrain(reason: DrainReason, reconnectWithinMs: number, deadlineMs: number): SessionAction[] {
    if (this.#isLeaving || !this.isAuthenticated || !this.#features.includes('goaway')) return [];
    this.#isLeaving = true;
    const payload = encodeGoAway({ reason, reconnectWithinMs, deadlineMs });
    return [{ kind: 'send', type: MessageType.GOAWAY, payload }];
  }

  #ack(ackType: MessageType, message: string, metadata: Record<string, string>, nowMs: number): SessionAction {
    const payload = encodeAckResponse({ ackType, success: true, message, timestampMs: nowMs, metadata });
    return { kind: 'send', type: MessageType.ACK, payload };
  }

  #close(reason: CloseReason, error: ErrorText = {}): SessionAction[] {
    this.state = 'closed';
    return [{ kind: 'close', reason, error }];
  }
}

function grantedOf(announced: readonly string[]): readonly Feature[] {
  return grantedFeatures[(announced.includes('goaway') ? 1 : 0) + (announced.includes('resume') ? 2 : 0)]!;
}

function orUndefined<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}
