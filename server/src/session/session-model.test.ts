import { describe, expect, it } from '@jest/globals';
import {
  decodeAckResponse,
  decodeErrorResponse,
  encodeAuthRequest,
  encodeHeartbeatRequest,
  encodeSubscribeRequest,
  ErrorCode,
  MessageType,
  messageTypeName,
} from '@tick-storm/protocol';
import * as fc from 'fast-check';
import type { Verdict } from '../link/control-message.ts';
import { Session } from './session.ts';
import type { SessionAction } from './session-action.ts';
import type { SessionEvent } from './session-event.ts';

// The rules of a conversation, written a second time as a table, and compared with the session in any order of
// events, those included that come too late or that nobody waits for.

const now = 1_700_000_000_000;
const options = { authTimeoutMs: 10_000, subscribeTimeoutMs: 60_000, serverVersion: '1', instanceId: '' };

type Phase = 'connected' | 'authenticating' | 'authenticated' | 'subscribing' | 'subscribed' | 'closed';

interface Model {
  phase: Phase;
  mode: number;
  hasGoAway: boolean;
  isLeaving: boolean;
}

interface Input {
  name: string;
  event: SessionEvent;
  /** What must be answered, and the model's next state. */
  answer: (model: Model) => readonly string[];
}

function frame(type: number, payload: Uint8Array = new Uint8Array()): SessionEvent {
  return { kind: 'frame', frame: { type, payload: Buffer.from(payload) } };
}

/** The answer that closes, once and for all. */
function closes(model: Model, reason: string): string[] {
  model.phase = 'closed';
  return [`close ${reason}`];
}

/** A frame that is not AUTH: before it AUTH_REQUIRED, after it what `later` says. */
function afterAuth(later: (model: Model) => readonly string[]): Input['answer'] {
  return (model) => (model.phase === 'connected' ? closes(model, 'auth_required') : later(model));
}

const auth = (features: string[]): Input => ({
  name: `AUTH ${features.join()}`,
  event: frame(MessageType.AUTH, encodeAuthRequest({ username: 'u', password: 'p', features })),
  answer: (model) => {
    if (model.phase !== 'connected') return closes(model, 'already_authenticated');
    model.phase = 'authenticating';
    model.hasGoAway = features.includes('goaway');
    return ['deadline 10000', 'ask for a verdict'];
  },
});

const subscribe = (mode: number, symbol: string, problem?: string): Input => ({
  name: `SUBSCRIBE ${mode} ${symbol}`,
  event: frame(MessageType.SUBSCRIBE, encodeSubscribeRequest({ mode, symbols: [symbol] })),
  answer: afterAuth((model) => {
    if (model.phase === 'subscribed') {
      return closes(model, model.mode === mode ? 'already_subscribed' : 'invalid_subscription');
    }
    if (problem !== undefined) return closes(model, problem);
    model.phase = 'subscribing';
    model.mode = mode;
    return ['deadline none', `ask for mode ${mode}`];
  }),
});

const heartbeat = (timestampMs: number): Input => ({
  name: `HEARTBEAT ${timestampMs}`,
  event: frame(MessageType.HEARTBEAT, encodeHeartbeatRequest({ timestampMs, sequence: 1 })),
  answer: afterAuth((model) => (timestampMs === now ? ['PONG'] : closes(model, 'invalid_message'))),
});

const stray = (type: number): Input => ({
  name: `type ${type}`,
  event: frame(type),
  answer: afterAuth((model) => closes(model, 'invalid_message')),
});

const verdict = (verdict: Verdict, reason: string): Input => ({
  name: verdict,
  event: { kind: 'verdict', verdict },
  answer: (model) => {
    if (model.phase !== 'authenticating') return [];
    if (verdict !== 'granted') return closes(model, reason);
    model.phase = 'authenticated';
    return ['ACK AUTH', 'deadline 60000'];
  },
});

const declined = (code: ErrorCode): Input => ({
  name: `declined ${code}`,
  event: { kind: 'declined', answer: { code, message: 'm', details: '', earliestSequence: 1, epoch: 'e' } },
  answer: (model) => {
    if (model.phase !== 'subscribing') return [];
    if (code !== ErrorCode.POSITION_UNAVAILABLE) return closes(model, 'invalid_subscription');
    model.phase = 'authenticated';
    return ['ERROR 14', 'deadline 60000'];
  },
});

const fault = (fault: 'magic' | 'version' | 'length' | 'checksum', reason: string, first = reason): Input => ({
  name: `fault ${fault}`,
  event: { kind: 'fault', fault, message: 'm' },
  answer: (model) => closes(model, model.phase === 'connected' ? first : reason),
});

const isAuthenticated = ({ phase }: Model): boolean => ['authenticated', 'subscribing', 'subscribed'].includes(phase);

const inputs: readonly Input[] = [
  {
    name: 'opened',
    event: { kind: 'opened', waitedMs: 0 },
    answer: ({ phase }) => (phase === 'connected' ? ['deadline 10000'] : []),
  },
  auth([]),
  auth(['goaway', 'resume']),
  verdict('granted', ''),
  verdict('denied', 'invalid_auth'),
  verdict('rate_limited', 'auth_rate_limited'),
  verdict('overloaded', 'auth_overloaded'),
  subscribe(1, 'AAPL'),
  subscribe(2, 'B*'),
  subscribe(3, 'AAPL', 'invalid_subscription'),
  subscribe(1, 'bad', 'invalid_subscription'),
  {
    name: 'accepted',
    event: { kind: 'accepted', position: { epoch: 'e', streamSequence: 1, earliestSequence: 1 } },
    answer: (model) => {
      if (model.phase !== 'subscribing') return [];
      model.phase = 'subscribed';
      return ['ACK SUBSCRIBE'];
    },
  },
  declined(ErrorCode.POSITION_UNAVAILABLE),
  declined(ErrorCode.INVALID_SUBSCRIPTION),
  heartbeat(now),
  heartbeat(now - 90_000_000),
  stray(MessageType.PONG),
  stray(99),
  fault('magic', 'invalid_message', 'not_a_frame'),
  fault('version', 'protocol_version'),
  fault('length', 'message_too_large'),
  fault('checksum', 'checksum_failed'),
  {
    name: 'deadline',
    event: { kind: 'deadline' },
    answer: (model) => {
      if (model.phase === 'authenticated') return closes(model, 'subscribe_timeout');
      if (model.phase === 'authenticating') return closes(model, 'auth_overloaded');
      return isAuthenticated(model) ? [] : closes(model, 'auth_timeout');
    },
  },
  {
    name: 'silence',
    event: { kind: 'silence' },
    answer: (model) => (isAuthenticated(model) ? closes(model, 'heartbeat_timeout') : []),
  },
  {
    name: 'drain',
    event: { kind: 'drain', reason: 'drain', reconnectWithinMs: 1, deadlineMs: now },
    answer: (model) => {
      if (!isAuthenticated(model) || !model.hasGoAway || model.isLeaving) return [];
      model.isLeaving = true;
      return ['GOAWAY'];
    },
  },
];

function describeAction(action: SessionAction): string {
  switch (action.kind) {
    case 'send':
      if (action.type === MessageType.ACK) {
        return `ACK ${messageTypeName(decodeAckResponse(Buffer.from(action.payload)).ackType)}`;
      }
      if (action.type !== MessageType.ERROR) return messageTypeName(action.type);
      return `ERROR ${decodeErrorResponse(Buffer.from(action.payload)).code}`;
    case 'authenticate':
      return 'ask for a verdict';
    case 'subscribe':
      return `ask for mode ${action.mode}`;
    case 'deadline':
      return `deadline ${action.afterMs ?? 'none'}`;
    case 'close':
      break;
  }
  return `close ${action.reason}`;
}

/** Sequences that get far enough to matter: free events, often behind a good beginning. */
const anyInputs = fc.array(fc.constantFrom(...inputs), { maxLength: 15 });
const named = (...names: string[]): Input[] => names.map((name) => inputs.find((input) => input.name === name)!);
const beginning = fc.constantFrom(
  [],
  named('opened', 'AUTH ', 'granted'),
  named('opened', 'AUTH goaway,resume', 'granted', 'SUBSCRIBE 1 AAPL'),
  named('opened', 'AUTH goaway,resume', 'granted', 'SUBSCRIBE 1 AAPL', 'accepted'),
);

describe('Session', () => {
  it('does what the model says, in any order of events', () => {
    fc.assert(
      fc.property(beginning, anyInputs, (first, rest) => {
        const session = new Session(options);
        const model: Model = { phase: 'connected', mode: 0, hasGoAway: false, isLeaving: false };
        const said: string[] = [];
        for (const { event, answer } of [...first, ...rest]) {
          if (session.isWaiting && event.kind === 'frame') {
            expect(() => session.handle(event, now)).toThrow('came while');
            continue;
          }
          const expected = model.phase === 'closed' ? [] : answer(model);
          const actual = session.handle(event, now).map(describeAction);
          expect(actual).toEqual(expected);
          expect(session.state).toBe(model.phase);
          said.push(...actual);
        }
        expect(said.filter((text) => text.startsWith('close')).length).toBeLessThanOrEqual(1);
        expect(said.findIndex((text) => text.startsWith('close'))).toBe(
          model.phase === 'closed' ? said.length - 1 : -1,
        );
        expect(said.filter((text) => text === 'ACK AUTH').length).toBeLessThanOrEqual(1);
        expect(said.filter((text) => text === 'GOAWAY').length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 3_000 },
    );
  });
});
