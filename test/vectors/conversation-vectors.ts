import { authFrame, subscribeFrame } from '../wire/messages.ts';
import { bytesField, varint, varintField } from '../wire/raw-protobuf.ts';
import { frame, header, TYPE, type FrameOverrides } from '../wire/raw-frame.ts';
import type { Conversation, ConversationStep, PayloadPart, SendPart } from './vector-shapes.ts';

type Settings = Conversation['server'];

const send = (...parts: (SendPart | Buffer)[]): ConversationStep => ({
  send: parts.map((part) => (Buffer.isBuffer(part) ? part.toString('hex') : part)),
});
const bytewise = (...parts: SendPart[]): ConversationStep => ({ send: parts, bytewise: true });
const close: ConversationStep = { close: true };
const refusal = (code: number): ConversationStep[] => [{ error: code }, close];

const hexOf = (bytes: Buffer): string => bytes.toString('hex');
const auth = hexOf(authFrame({ username: 'user1', password: 'pass1' }));
const second = hexOf(subscribeFrame({ mode: 1 }));
const minute = hexOf(subscribeFrame({ mode: 2 }));
/** A heartbeat of now plus an offset; the sequence as it is to be echoed. */
const heartbeat = (sequence: bigint | number = 1, offsetMs = 0): SendPart => {
  const payload: PayloadPart[] = ['08', { varintOfNow: offsetMs }];
  if (sequence !== 0) payload.push(hexOf(varintField(2, sequence)));
  return { type: TYPE.HEARTBEAT, payload };
};
const pong = (sequence: bigint | number): ConversationStep => ({ pong: { sequence: String(sequence) } });
const authenticated: ConversationStep[] = [send(auth), { ack: TYPE.AUTH, message: 'Authentication successful' }];
const confirmed: ConversationStep = { ack: TYPE.SUBSCRIBE, message: 'Subscription confirmed' };
const subscribed: ConversationStep[] = [...authenticated, send(second), confirmed];

function say(name: string, ...steps: ConversationStep[]): Conversation {
  return sayTo('default', name, ...steps);
}

function sayTo(server: Settings, name: string, ...steps: ConversationStep[]): Conversation {
  return { name, server, steps };
}

const broken = (overrides: FrameOverrides): Buffer => frame(TYPE.HEARTBEAT, Buffer.alloc(0), overrides);
const symbols = (count: number): string[] => Array.from({ length: count }, (_, index) => `S${index}`);

const whole: Conversation[] = [
  say('AUTH, SUBSCRIBE, ticks, HEARTBEAT', ...subscribed, { batch: { mode: 1 } }, send(heartbeat(7)), pong(7)),
  say(
    'everything in one segment is answered in order',
    send(auth, heartbeat(1), second, heartbeat(2)),
    authenticated[1]!,
    pong(1),
    confirmed,
    pong(2),
  ),
  say(
    'everything byte by byte is answered in order',
    bytewise(auth, heartbeat(1), second, heartbeat(2)),
    authenticated[1]!,
    pong(1),
    confirmed,
    pong(2),
  ),
  say(
    'a client that ends its half gets the answers first',
    send(auth, heartbeat(1)),
    { end: true },
    authenticated[1]!,
    pong(1),
    close,
  ),
  say('MINUTE is confirmed', ...authenticated, send(minute), confirmed),
  say(
    'a symbol filter lets nothing else through',
    ...authenticated,
    send(subscribeFrame({ mode: 1, symbols: ['AAPL'] })),
    confirmed,
    { batch: { mode: 1, symbols: ['AAPL'] } },
  ),
  say(
    'a symbol that the feed does not have is silent, not refused',
    ...authenticated,
    send(subscribeFrame({ mode: 1, symbols: ['NO-SUCH'] })),
    confirmed,
    send(heartbeat(9)),
    pong(9),
  ),
  say(
    'unknown fields and features are ignored',
    send(
      frame(
        TYPE.AUTH,
        Buffer.concat([bytesField(1, 'user1'), bytesField(2, 'pass1'), bytesField(5, 'x'), bytesField(77, 'y')]),
      ),
    ),
    authenticated[1]!,
    send(frame(TYPE.SUBSCRIBE, Buffer.concat([varintField(1, 1), bytesField(77, 'future')]))),
    confirmed,
  ),
];

const heartbeats: Conversation[] = [
  say('HEARTBEAT before SUBSCRIBE gets a PONG', ...authenticated, send(heartbeat(1)), pong(1)),
  ...[0n, 2n ** 53n + 1n, 2n ** 64n - 1n].map((sequence) =>
    say(`sequence ${sequence} is echoed to the last bit`, ...authenticated, send(heartbeat(sequence)), pong(sequence)),
  ),
  say('a timestamp 23 hours old is answered', ...authenticated, send(heartbeat(1, -23 * 3_600_000)), pong(1)),
  say('a timestamp 4 minutes ahead is answered', ...authenticated, send(heartbeat(1, 240_000)), pong(1)),
  say('a timestamp 25 hours old: 8', ...authenticated, send(heartbeat(1, -25 * 3_600_000)), ...refusal(8)),
  say('a timestamp 6 minutes ahead: 8', ...authenticated, send(heartbeat(1, 360_000)), ...refusal(8)),
  say('timestamp 0: 8', ...authenticated, send(frame(TYPE.HEARTBEAT, varintField(1, 0))), ...refusal(8)),
  say('HEARTBEAT without payload: 8', ...authenticated, send(frame(TYPE.HEARTBEAT)), ...refusal(8)),
];

const first: Conversation[] = [
  say('a wrong password: 1', send(authFrame({ username: 'user1', password: 'pass2' })), ...refusal(1)),
  say('a wrong user: 1', send(authFrame({ username: 'user2', password: 'pass1' })), ...refusal(1)),
  say('empty credentials: 1', send(authFrame({ username: '', password: '' })), ...refusal(1)),
  say('AUTH that cannot be decoded: 1', send(frame(TYPE.AUTH, Buffer.of(0xff))), ...refusal(1)),
  ...[TYPE.SUBSCRIBE, TYPE.HEARTBEAT, TYPE.DATA_BATCH, TYPE.PONG, 99].map((type) =>
    say(`type ${type} first: 2`, send(frame(type)), ...refusal(2)),
  ),
  say('wrong magic first: closed without a word', send(broken({ magic: 0x1603 })), close),
  say('version 2 first: 10', send(broken({ version: 2 })), ...refusal(10)),
  say('a length of 65,537 first: 11, at the header', send(header(TYPE.AUTH, 65_537)), ...refusal(11)),
  say('a wrong checksum first: 9', send(broken({ crcFlip: 1 })), ...refusal(9)),
];

const later: Conversation[] = [
  say('wrong magic later: 8', ...authenticated, send(broken({ magic: 0xf57e })), ...refusal(8)),
  say('version 0 later: 10', ...authenticated, send(broken({ version: 0 })), ...refusal(10)),
  say('a length of 65,537 later: 11, at the header', ...authenticated, send(header(2, 65_537)), ...refusal(11)),
  say('a wrong checksum later: 9', ...authenticated, send(broken({ crcFlip: 1 })), ...refusal(9)),
  say(
    'a wrong checksum between batches: 9',
    ...subscribed,
    { batch: { mode: 1 } },
    send(broken({ crcFlip: 1 })),
    ...refusal(9),
  ),
  ...[0, TYPE.DATA_BATCH, TYPE.ERROR, TYPE.ACK, TYPE.PONG, TYPE.GOAWAY, 9, 255].map((type) =>
    say(`type ${type} from a client: 8`, ...authenticated, send(frame(type)), ...refusal(8)),
  ),
  say(
    'SUBSCRIBE that cannot be decoded: 8',
    ...authenticated,
    send(frame(TYPE.SUBSCRIBE, Buffer.of(0xff))),
    ...refusal(8),
  ),
  say('one ERROR for two faults', ...authenticated, send(frame(99), frame(98), heartbeat(1)), ...refusal(8)),
  say(
    'what came before the fault is answered',
    ...authenticated,
    send(heartbeat(3), frame(99)),
    pong(3),
    ...refusal(8),
  ),
  say('a second AUTH: 3', ...authenticated, send(auth), ...refusal(3)),
  say('a second AUTH after SUBSCRIBE: 3', ...subscribed, send(auth), ...refusal(3)),
];

const subscriptions: Conversation[] = [
  say('mode 0: 4', ...authenticated, send(frame(TYPE.SUBSCRIBE)), ...refusal(4)),
  say('mode 3: 4', ...authenticated, send(subscribeFrame({ mode: 3 })), ...refusal(4)),
  say(
    'a symbol in lower case: 4',
    ...authenticated,
    send(subscribeFrame({ mode: 1, symbols: ['aapl'] })),
    ...refusal(4),
  ),
  say(
    'a symbol of 17 characters: 4',
    ...authenticated,
    send(subscribeFrame({ mode: 1, symbols: ['ABCDEFGHIJKLMNOPQ'] })),
    ...refusal(4),
  ),
  say(
    '100 symbols are confirmed',
    ...authenticated,
    send(subscribeFrame({ mode: 1, symbols: symbols(100) })),
    confirmed,
  ),
  say('101 symbols: 4', ...authenticated, send(subscribeFrame({ mode: 1, symbols: symbols(101) })), ...refusal(4)),
  say(
    'an empty metadata key: 4',
    ...authenticated,
    send(subscribeFrame({ mode: 1, metadata: { '': 'v' } })),
    ...refusal(4),
  ),
  say('a start time of 1970: 4', ...authenticated, send(subscribeFrame({ mode: 1, startTimeMs: 1 })), ...refusal(4)),
  say('a start time and a position: 4', ...authenticated, send(both()), ...refusal(4)),
  say('the same mode again: 5', ...subscribed, send(second), ...refusal(5)),
  say('another mode: 4', ...subscribed, send(minute), ...refusal(4)),
];

function both(): SendPart {
  const position = Buffer.concat([bytesField(5, 'e1'), varintField(6, 1)]);
  return { type: TYPE.SUBSCRIBE, payload: ['0801', hexOf(varint(3 << 3)), { varintOfNow: 0 }, hexOf(position)] };
}

const deadlines: Conversation[] = [
  sayTo('impatient', 'silence before AUTH: closed without a word', close),
  sayTo('impatient', 'half a header before AUTH: closed without a word', send('f57d0101'), close),
  sayTo('impatient', 'no SUBSCRIBE in time: 6', ...authenticated, ...refusal(6)),
  sayTo('deaf', 'silence after SUBSCRIBE: 7', ...subscribed, { batch: { mode: 1 } }, ...refusal(7)),
  sayTo('deaf', 'half a frame is silence: 7', ...authenticated, send('f57d0103'), ...refusal(7)),
];

export const conversations: readonly Conversation[] = [
  ...whole,
  ...heartbeats,
  ...first,
  ...later,
  ...subscriptions,
  ...deadlines,
];
