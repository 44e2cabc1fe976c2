import { describe, expect, it } from '@jest/globals';
import type { SubscribeRequest } from '@tick-storm/protocol';
import {
  decodeAckResponse,
  decodeErrorResponse,
  decodeGoAway,
  decodeHeartbeatResponse,
  encodeAuthRequest,
  encodeHeartbeatRequest,
  encodeSubscribeRequest,
  ErrorCode,
  MessageType,
} from '@tick-storm/protocol';
import { endingOf } from './close-reason.ts';
import { Session } from './session.ts';
import type { SessionAction } from './session-action.ts';
import type { SessionEvent } from './session-event.ts';

const now = 1_700_000_000_000;
const options = { authTimeoutMs: 10_000, subscribeTimeoutMs: 60_000, serverVersion: '1.2.3', instanceId: 'pod-0' };
const position = { epoch: 'e1', streamSequence: 41, earliestSequence: 42 };

function frame(type: number, payload: Uint8Array = new Uint8Array()): SessionEvent {
  return { kind: 'frame', frame: { type, payload: Buffer.from(payload) } };
}
const auth = (features: string[] = []): SessionEvent =>
  frame(MessageType.AUTH, encodeAuthRequest({ username: 'u', password: 'p', features }));
const subscribe = (request: Partial<SubscribeRequest>): SessionEvent =>
  frame(MessageType.SUBSCRIBE, encodeSubscribeRequest(request));
const heartbeat = (timestampMs: number): SessionEvent =>
  frame(MessageType.HEARTBEAT, encodeHeartbeatRequest({ timestampMs, sequence: 7 }));
const granted: SessionEvent = { kind: 'verdict', verdict: 'granted' };
const accepted: SessionEvent = { kind: 'accepted', position };
const declined = (code: ErrorCode): SessionEvent => ({
  kind: 'declined',
  answer: { code, message: 'too old', details: 'd', earliestSequence: 42, epoch: 'e1' },
});
const drain: SessionEvent = { kind: 'drain', reason: 'drain', reconnectWithinMs: 5_000, deadlineMs: now + 8_000 };

/** Plays events on a new session and gives what the last one answered. */
function play(...events: SessionEvent[]): { session: Session; actions: SessionAction[] } {
  const session = new Session(options);
  let actions: SessionAction[] = [];
  for (const event of events) actions = session.handle(event, now);
  return { session, actions };
}

/** The reason and error code of the close that the last event leads to. */
function closing(...events: SessionEvent[]): [string, number | undefined] | undefined {
  const close = play(...events).actions.find((action) => action.kind === 'close');
  return close && [close.reason, endingOf(close.reason).code];
}

const authenticated = [auth(), granted];
const subscribed = [...authenticated, subscribe({ mode: 1 }), accepted];

describe('Session', () => {
  it('counts the time to authenticate from the accept', () => {
    const { session } = play();
    expect(session.handle({ kind: 'opened', waitedMs: 4_000 }, now)).toEqual([{ kind: 'deadline', afterMs: 6_000 }]);
  });

  it('goes through AUTH and SUBSCRIBE to the stream', () => {
    const { session } = play();
    expect(session.handle({ kind: 'opened', waitedMs: 0 }, now)).toEqual([{ kind: 'deadline', afterMs: 10_000 }]);
    expect(session.handle(auth(), now)).toEqual([
      { kind: 'deadline', afterMs: 10_000 },
      { kind: 'authenticate', username: 'u', password: 'p' },
    ]);
    expect(session.isWaiting).toBe(true);
    const [ack, deadline] = session.handle(granted, now);
    expect(ack?.kind === 'send' && decodeAckResponse(ack.payload)).toEqual({
      ackType: MessageType.AUTH,
      success: true,
      message: 'Authentication successful',
      timestampMs: now,
      metadata: {},
    });
    expect(deadline).toEqual({ kind: 'deadline', afterMs: 60_000 });
    const actions = session.handle(subscribe({ mode: 2, symbols: ['A*'] }), now);
    expect(actions).toMatchObject([
      { kind: 'deadline', afterMs: undefined },
      { kind: 'subscribe', mode: 2, hasResume: false, request: { symbols: ['A*'] } },
    ]);
    const [confirmation] = session.handle(accepted, now);
    expect(confirmation?.kind === 'send' && decodeAckResponse(confirmation.payload)).toMatchObject({
      ackType: MessageType.SUBSCRIBE,
      message: 'Subscription confirmed',
      metadata: { epoch: 'e1', stream_sequence: '41', earliest_sequence: '42' },
    });
    expect([session.state, session.isWaiting]).toEqual(['subscribed', false]);
  });

  it('tells a client that announces features what it grants, and where it is', () => {
    const [ack] = play(auth(['resume', 'teleport']), granted).actions;
    expect(ack?.kind === 'send' && decodeAckResponse(ack.payload).metadata).toEqual({
      features: 'resume',
      server_version: '1.2.3',
      instance: 'pod-0',
    });
  });

  it.each<[string, SessionEvent[], string, number | undefined]>([
    ['another frame first', [heartbeat(now)], 'auth_required', ErrorCode.AUTH_REQUIRED],
    ['an unknown type first', [frame(99)], 'auth_required', ErrorCode.AUTH_REQUIRED],
    ['no frame first', [{ kind: 'fault', fault: 'magic', message: 'm' }], 'not_a_frame', undefined],
    ['a bad version first', [{ kind: 'fault', fault: 'version', message: 'm' }], 'protocol_version', 10],
    ['a bad length first', [{ kind: 'fault', fault: 'length', message: 'm' }], 'message_too_large', 11],
    ['a bad checksum first', [{ kind: 'fault', fault: 'checksum', message: 'm' }], 'checksum_failed', 9],
    ['silence before AUTH', [{ kind: 'opened', waitedMs: 0 }, { kind: 'deadline' }], 'auth_timeout', undefined],
    ['a wrong password', [auth(), { kind: 'verdict', verdict: 'denied' }], 'invalid_auth', 1],
    ['a locked address', [auth(), { kind: 'verdict', verdict: 'rate_limited' }], 'auth_rate_limited', 12],
    ['a second AUTH', [...authenticated, auth()], 'already_authenticated', 3],
    ['no frame later', [...authenticated, { kind: 'fault', fault: 'magic', message: 'm' }], 'invalid_message', 8],
    ['no verdict in time', [auth(), { kind: 'deadline' }], 'auth_overloaded', 12],
    ['no SUBSCRIBE in time', [...authenticated, heartbeat(now), { kind: 'deadline' }], 'subscribe_timeout', 6],
    ['silence later', [...subscribed, { kind: 'silence' }], 'heartbeat_timeout', 7],
    ['an unknown type', [...authenticated, frame(99)], 'invalid_message', 8],
    ['a PONG from a client', [...subscribed, frame(MessageType.PONG)], 'invalid_message', 8],
    ['a GOAWAY from a client', [...subscribed, frame(MessageType.GOAWAY)], 'invalid_message', 8],
    ['an undecodable SUBSCRIBE', [...authenticated, frame(2, Buffer.of(0xff))], 'invalid_message', 8],
    ['the same mode again', [...subscribed, subscribe({ mode: 1 })], 'already_subscribed', 5],
    ['another mode', [...subscribed, subscribe({ mode: 2 })], 'invalid_subscription', 4],
    ['mode 0', [...authenticated, subscribe({})], 'invalid_subscription', 4],
    ['mode 3', [...authenticated, subscribe({ mode: 3 })], 'invalid_subscription', 4],
    ['a bad symbol', [...authenticated, subscribe({ mode: 1, symbols: ['a'] })], 'invalid_subscription', 4],
    ['bad metadata', [...authenticated, subscribe({ mode: 1, metadata: { '': '' } })], 'invalid_subscription', 4],
    [
      'a start too far back',
      [...authenticated, subscribe({ mode: 1, startTimeMs: now - 86_400_001 })],
      'invalid_subscription',
      4,
    ],
    [
      'start time and position',
      [...authenticated, subscribe({ mode: 1, startTimeMs: now, resumeEpoch: 'e' })],
      'invalid_subscription',
      4,
    ],
    ['a position that is gone', [...authenticated, subscribe({ mode: 1 }), declined(4)], 'invalid_subscription', 4],
    ['an empty HEARTBEAT', [...authenticated, frame(3)], 'invalid_message', 8],
    ['a HEARTBEAT without time', [...authenticated, heartbeat(0)], 'invalid_message', 8],
    ['a HEARTBEAT of yesterday', [...authenticated, heartbeat(now - 86_400_001)], 'invalid_message', 8],
    ['a HEARTBEAT of tomorrow', [...authenticated, heartbeat(now + 300_001)], 'invalid_message', 8],
  ])('%s', (_name, events, reason, code) => {
    expect(closing(...events)).toEqual([reason, code]);
  });

  it('judges what cannot be credentials like wrong ones', () => {
    const empty = { kind: 'authenticate', username: '', password: '' };
    expect(play(frame(MessageType.AUTH, Buffer.of(0xff))).actions).toContainEqual(empty);
    const long = encodeAuthRequest({ username: 'u'.repeat(65), password: 'p' });
    expect(play(frame(MessageType.AUTH, long)).actions).toContainEqual(empty);
  });

  it('answers heartbeats before and after SUBSCRIBE', () => {
    for (const before of [authenticated, subscribed]) {
      const [pong] = play(...before, heartbeat(now - 5)).actions;
      expect(pong).toMatchObject({ kind: 'send', type: MessageType.PONG });
      expect(pong?.kind === 'send' && decodeHeartbeatResponse(pong.payload)).toEqual({
        clientTimestampMs: now - 5,
        serverTimestampMs: now,
        sequence: 7,
      });
    }
  });

  it('lets a client with `resume` subscribe anew when its position is gone', () => {
    const { session, actions } = play(
      auth(['resume']),
      granted,
      subscribe({ mode: 1, resumeEpoch: 'old', resumeSequence: 5 }),
      declined(ErrorCode.POSITION_UNAVAILABLE),
    );
    expect(actions[0]?.kind === 'send' && decodeErrorResponse(actions[0].payload)).toEqual({
      code: ErrorCode.POSITION_UNAVAILABLE,
      message: 'too old',
      details: 'd',
      timestampMs: now,
      earliestSequence: 42,
      epoch: 'e1',
    });
    expect(actions[1]).toEqual({ kind: 'deadline', afterMs: 60_000 });
    expect(session.handle(subscribe({ mode: 2 }), now)[1]).toMatchObject({ kind: 'subscribe', mode: 2 });
  });

  it('sends one GOAWAY, and only to clients that understand it', () => {
    expect(play(...subscribed, drain).actions).toEqual([]);
    const { session, actions } = play(auth(['goaway']), granted, drain);
    expect(actions[0]?.kind === 'send' && decodeGoAway(actions[0].payload)).toEqual({
      reason: 'drain',
      reconnectWithinMs: 5_000,
      deadlineMs: now + 8_000,
    });
    expect(session.handle(drain, now)).toEqual([]);
  });
});
