import {
  decodeAckResponse,
  decodeAuthRequest,
  decodeDataBatch,
  decodeErrorResponse,
  decodeGoAway,
  decodeHeartbeatRequest,
  decodeHeartbeatResponse,
  decodeSubscribeRequest,
  encodeAckResponse,
  encodeAuthRequest,
  encodeDataBatch,
  encodeErrorResponse,
  encodeGoAway,
  encodeHeartbeatRequest,
  encodeHeartbeatResponse,
  encodeSubscribeRequest,
  FrameDecoder,
  FrameError,
  MAX_PAYLOAD_BYTES,
  MessageType,
  messageTypeName,
  type Frame,
} from '@tick-storm/protocol';
import { Session } from '@tick-storm/server/session/session';
import type { SessionAction } from '@tick-storm/server/session/session-action';
import type { SessionEvent } from '@tick-storm/server/session/session-event';
import { FUZZ_NOW_MS, fuzzInput } from './fuzz-input.ts';
import { FuzzRandom } from './fuzz-random.ts';

type Codec = readonly [decode: (payload: Uint8Array) => object, encode: (message: object) => Uint8Array];

/** By type; a payload of another type is read as one of them all the same. */
const codecs: readonly (readonly [type: number, codec: Codec])[] = [
  [MessageType.AUTH, [decodeAuthRequest, encodeAuthRequest]],
  [MessageType.SUBSCRIBE, [decodeSubscribeRequest, encodeSubscribeRequest]],
  [MessageType.HEARTBEAT, [decodeHeartbeatRequest, encodeHeartbeatRequest]],
  [MessageType.DATA_BATCH, [decodeDataBatch, encodeDataBatch]],
  [MessageType.ERROR, [decodeErrorResponse, encodeErrorResponse]],
  [MessageType.ACK, [decodeAckResponse, encodeAckResponse]],
  [MessageType.PONG, [decodeHeartbeatResponse, encodeHeartbeatResponse]],
  [MessageType.GOAWAY, [decodeGoAway, encodeGoAway]],
];
const codecOf: ReadonlyMap<number, Codec> = new Map(codecs);

/** What decoders say of bytes that are no message; anything else that they throw is a defect. */
const refusals: readonly RegExp[] = [
  /^index out of range/,
  /^invalid varint encoding/,
  /^invalid length encoding/,
  /^invalid wire type/,
  /^illegal tag/,
  /^invalid tag/,
  /^invalid end group tag/,
  /^max depth exceeded/,
  /^The encoded data was not valid for encoding utf-8/,
];

const options = { authTimeoutMs: 10_000, subscribeTimeoutMs: 60_000, serverVersion: '1', instanceId: '' };
const sendable: ReadonlySet<number> = new Set([MessageType.ACK, MessageType.PONG, MessageType.ERROR]);

/** Runs input number `index` of a run; `count` gets the class of everything that came out. @throws Error on a defect */
export function fuzzOne(seed: number, index: number, count: (outcome: string) => void): void {
  const random = new FuzzRandom(seed, index);
  const bytes = fuzzInput(random);
  const whole = readFrames([bytes]);
  const parts = readFrames(split(bytes, random));
  if (digest(whole) !== digest(parts)) {
    throw new Error(`split, it reads as ${digest(parts)}; whole, as ${digest(whole)}`);
  }
  count(`stream: ${whole.fault ?? (whole.rest > 0 ? 'ends within a frame' : 'whole frames')}`);
  for (const frame of whole.frames) {
    count(`payload: ${readMessage(codecOf.get(frame.type) ?? random.pick(codecs)[1], frame.payload)}`);
  }
  count(`session: ${converse(whole, random)}`);
}

interface Reading {
  frames: Frame[];
  fault: string | undefined;
  rest: number;
}

function readFrames(chunks: readonly Buffer[]): Reading {
  const decoder = new FrameDecoder();
  const frames: Frame[] = [];
  try {
    for (const chunk of chunks) {
      decoder.push(chunk);
      for (let frame = decoder.next(); frame; frame = decoder.next()) frames.push(frame);
    }
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    return { frames, fault: `fault ${error.kind}`, rest: 0 };
  }
  return { frames, fault: undefined, rest: decoder.bufferedBytes };
}

function split(bytes: Buffer, random: FuzzRandom): Buffer[] {
  const chunks: Buffer[] = [];
  const largest = random.pick([1, 3, 16, 64, 1_024, 65_536]);
  for (let at = 0; at < bytes.length;) {
    // Large inputs in many tiny pieces cost much and show nothing new.
    const length = 1 + random.below(Math.max(largest, bytes.length >>> 8));
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

function digest({ frames, fault, rest }: Reading): string {
  const texts = frames.map(({ type, payload }) => `${type}:${payload.toString('latin1')}`);
  return `${texts.join()} ${fault ?? `${rest} more bytes`}`;
}

/** Reads a payload; what is read must come back the same from what is written of it. */
function readMessage([decode, encode]: Codec, payload: Buffer): string {
  let message: object;
  try {
    message = decode(payload);
  } catch (error) {
    // Not instanceof: under jest, errors of Node's own classes are of another realm.
    const text = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
    const refusal = refusals.find((pattern) => pattern.test(text));
    if (!refusal) throw error;
    return `refused, ${refusal.source.slice(1)}`;
  }
  // Integers above 2^53 are read to the nearest double, and -1 as such: what is written of them is another number.
  if (payload.length > 512 || hasUnsafeInteger(message)) return 'decoded';
  const again = decode(encode(message));
  if (JSON.stringify(again) !== JSON.stringify(message)) {
    throw new Error(`${JSON.stringify(message)} comes back as ${JSON.stringify(again)}`);
  }
  return 'decoded, and back';
}

function hasUnsafeInteger(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasUnsafeInteger);
}

/** Plays the stream to a session as a connection does. @returns how it ended */
function converse({ frames, fault, rest }: Reading, random: FuzzRandom): string {
  const session = new Session(options);
  const events: SessionEvent[] = frames.map((frame) => ({ kind: 'frame', frame }));
  if (fault !== undefined) events.push({ kind: 'fault', fault: kindOf(fault), message: 'm' });
  if (rest > 0) events.push({ kind: random.chance(0.5) ? 'deadline' : 'silence' });
  let hasAck = false;
  for (const event of events) {
    for (let next: SessionEvent | undefined = event; next; next = answerTo(session, random)) {
      const actions = session.handle(next, FUZZ_NOW_MS);
      hasAck = checkActions(actions, hasAck);
      const end = actions.find((action) => action.kind === 'close');
      if (end && actions.at(-1) !== end) throw new Error(`${end.reason} is followed by ${actions.at(-1)!.kind}`);
      if (!end) continue;
      if (session.handle({ kind: 'silence' }, FUZZ_NOW_MS).length > 0) throw new Error('it acts after the close');
      return `closed, ${end.reason}`;
    }
  }
  return session.state;
}

function kindOf(fault: string): 'magic' | 'version' | 'length' | 'checksum' {
  const kind = fault.slice('fault '.length);
  if (kind === 'magic' || kind === 'version' || kind === 'length' || kind === 'checksum') return kind;
  throw new Error(`${fault} is not known`);
}

/** What the supervisor answers to a session that waits. */
function answerTo(session: Session, random: FuzzRandom): SessionEvent | undefined {
  if (session.state === 'authenticating') {
    return { kind: 'verdict', verdict: random.chance(0.9) ? 'granted' : random.pick(['denied', 'rate_limited']) };
  }
  if (session.state !== 'subscribing') return undefined;
  if (random.chance(0.8)) {
    return { kind: 'accepted', position: { epoch: 'e', streamSequence: 1, earliestSequence: 1 } };
  }
  const code = random.pick([4, 14] as const);
  return { kind: 'declined', answer: { code, message: 'm', details: '', earliestSequence: 1, epoch: 'e' } };
}

function checkActions(actions: readonly SessionAction[], hasAck: boolean): boolean {
  let isAcknowledged = hasAck;
  for (const action of actions) {
    if (action.kind !== 'send') continue;
    if (!sendable.has(action.type)) throw new Error(`it sends ${messageTypeName(action.type)}`);
    if (action.type === MessageType.ACK) isAcknowledged = true;
    else if (!isAcknowledged) throw new Error(`it sends ${messageTypeName(action.type)} before any ACK`);
    if (action.payload.length > MAX_PAYLOAD_BYTES) throw new Error(`it sends ${action.payload.length} bytes`);
  }
  return isAcknowledged;
}
