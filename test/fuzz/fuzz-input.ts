import { crc32c, encodeFrame, encodeHeartbeatRequest, MAX_PAYLOAD_BYTES, MessageType } from '@tick-storm/protocol';
import { faultVectors } from '../vectors/fault-vectors.ts';
import { frameVectors } from '../vectors/frame-vectors.ts';
import { messageVectors } from '../vectors/message-vectors.ts';
import { bytesOf } from '../vectors/vector-shapes.ts';
import type { FuzzRandom } from './fuzz-random.ts';

/** The time at which the fuzzed sessions live, unix ms: that of the heartbeats in the vectors. */
export const FUZZ_NOW_MS = 1_700_000_000_000;

const typeOfMessage: Readonly<Record<string, number>> = {
  AuthRequest: MessageType.AUTH,
  SubscribeRequest: MessageType.SUBSCRIBE,
  HeartbeatRequest: MessageType.HEARTBEAT,
  DataBatch: MessageType.DATA_BATCH,
};

const frames = frameVectors.map(({ bytes }) => bytesOf(bytes));
const [auth] = frames;
/** Whole frames of up to some hundred bytes; the largest are rare, because most of their bytes are alike. */
const small = [
  ...frames.filter(({ length }) => length < 4_096),
  ...messageVectors
    .map(({ message, payload }) => encodeFrame(typeOfMessage[message]!, Buffer.from(payload, 'hex')))
    .filter(({ length }) => length < 1_024),
  encodeFrame(MessageType.HEARTBEAT, encodeHeartbeatRequest({ timestampMs: FUZZ_NOW_MS, sequence: 2 ** 40 })),
];
const large = [
  ...frames.filter(({ length }) => length >= 4_096),
  ...messageVectors
    .map(({ message, payload }) => encodeFrame(typeOfMessage[message]!, Buffer.from(payload, 'hex')))
    .filter(({ length }) => length >= 1_024),
];
const broken = faultVectors.map(({ bytes }) => bytesOf(bytes));

/** A stream of one to four frames, damaged in up to four places; most have their checksums put right. */
export function fuzzInput(random: FuzzRandom): Buffer {
  const parts: Buffer[] = random.chance(0.8) ? [auth!] : [];
  const count = 1 + random.below(3);
  for (let part = 0; part < count; part += 1) {
    if (random.chance(0.001)) parts.push(random.pick(large));
    else parts.push(random.chance(0.1) ? random.pick(broken) : random.pick(small));
  }
  let bytes: Buffer = Buffer.concat(parts);
  for (let damage = random.below(5); damage > 0; damage -= 1) bytes = damaged(bytes, random);
  if (random.chance(0.6)) seal(bytes);
  return bytes;
}

/** Values at which parsers change their mind. */
const edges = [0x00, 0x01, 0x07, 0x08, 0x7f, 0x80, 0xff, 0xf5, 0x7d, 0x0a, 0x12];

function damaged(bytes: Buffer, random: FuzzRandom): Buffer {
  if (bytes.length === 0) return Buffer.of(random.below(256));
  const at = random.below(bytes.length);
  switch (random.below(8)) {
    case 0:
      bytes[at]! ^= 1 << random.below(8);
      return bytes;
    case 1:
      bytes[at] = random.below(256);
      return bytes;
    case 2:
      bytes[at] = random.pick(edges);
      return bytes;
    case 3: {
      const end = Math.min(bytes.length, at + 1 + random.below(8));
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
    }
    case 4: {
      const inserted = Buffer.from(Array.from({ length: 1 + random.below(8) }, () => random.below(256)));
      return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)]);
    }
    case 5: {
      const from = random.below(bytes.length);
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(from, from + 32), bytes.subarray(at)]);
    }
    case 6:
      return Buffer.from(bytes.subarray(0, at));
    default:
      if (at + 4 <= bytes.length) bytes.writeUInt32BE(random.pick([0, 1, 65_536, 65_537, 0xffff_ffff]), at);
      return bytes;
  }
}

/** Puts lengths and checksums of the frames right, as far as they can be told, so that what lies behind is reached. */
function seal(bytes: Buffer): void {
  for (let at = 0; at + 12 <= bytes.length;) {
    bytes.writeUInt16BE(0xf57d, at);
    bytes[at + 2] = 1;
    const room = bytes.length - at - 12;
    if (bytes.readUInt32BE(at + 4) > Math.min(room, MAX_PAYLOAD_BYTES)) bytes.writeUInt32BE(room, at + 4);
    const end = at + 8 + bytes.readUInt32BE(at + 4);
    bytes.writeUInt32BE(crc32c(bytes, at, end), end);
    at = end + 4;
  }
}
