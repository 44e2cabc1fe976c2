import { heartbeatFrame } from '../wire/messages.ts';
import { crc32c, frame, header, TYPE, type FrameOverrides } from '../wire/raw-frame.ts';
import type { Fault, FaultVector } from './vector-shapes.ts';

const codes: Readonly<Record<Fault, Pick<FaultVector, 'errorFirst' | 'errorAfterAuth'>>> = {
  magic: { errorFirst: null, errorAfterAuth: 8 },
  version: { errorFirst: 10, errorAfterAuth: 10 },
  length: { errorFirst: 11, errorAfterAuth: 11 },
  checksum: { errorFirst: 9, errorAfterAuth: 9 },
};

function fault(name: string, kind: Fault, bytes: Buffer, detectedAfterBytes: number, framesBefore = 0): FaultVector {
  return { name, bytes: bytes.toString('hex'), framesBefore, fault: kind, detectedAfterBytes, ...codes[kind] };
}

function broken(overrides: FrameOverrides, payload: Buffer = Buffer.alloc(0)): Buffer {
  return frame(TYPE.HEARTBEAT, payload, overrides);
}

const good = heartbeatFrame(1_700_000_000_000, 1);
const flipped = (at: number): Buffer => {
  const bytes = Buffer.from(good);
  bytes[at]! ^= 0x01;
  return bytes;
};

export const faultVectors: readonly FaultVector[] = [
  fault('a wrong first byte', 'magic', Buffer.of(0x47), 1),
  fault('a wrong second byte', 'magic', broken({ magic: 0xf57e }), 2),
  fault('the magic the wrong way round', 'magic', broken({ magic: 0x7df5 }), 1),
  fault('a TLS ClientHello', 'magic', Buffer.from('16030100c8010000c4', 'hex'), 1),
  fault('magic goes before version', 'magic', broken({ magic: 0xf500, version: 2 }), 2),
  fault('version 0', 'version', broken({ version: 0 }), 3),
  fault('version 2', 'version', broken({ version: 2 }), 3),
  fault('version 255', 'version', broken({ version: 255 }), 3),
  fault('version goes before length', 'version', header(TYPE.AUTH, 0xffff_ffff, { version: 2 }), 3),
  fault('a length of 65,537', 'length', header(TYPE.AUTH, 65_537), 8),
  fault('a length of 2^31', 'length', header(TYPE.AUTH, 0x8000_0000), 8),
  fault('a length of 2^32 - 1', 'length', header(TYPE.AUTH, 0xffff_ffff), 8),
  fault('length goes before type', 'length', header(99, 65_537), 8),
  fault('a checksum of zero', 'checksum', Buffer.from('f57d01030000000000000000', 'hex'), 12),
  fault('a checksum that leaves the header out', 'checksum', payloadChecksum(), good.length),
  fault('a bit of the type is flipped', 'checksum', flipped(3), good.length),
  fault('a bit of the payload is flipped', 'checksum', flipped(9), good.length),
  fault('a bit of the checksum is flipped', 'checksum', flipped(good.length - 1), good.length),
  fault('the checksum the wrong way round', 'checksum', reversedChecksum(), good.length),
  fault(
    'after two whole frames',
    'version',
    Buffer.concat([good, good, broken({ version: 9 })]),
    2 * good.length + 3,
    2,
  ),
];

function reversedChecksum(): Buffer {
  return Buffer.concat([good.subarray(0, -4), Buffer.from(good.subarray(-4).toReversed())]);
}

/** A checksum over the payload alone: the likeliest mistake. */
function payloadChecksum(): Buffer {
  const bytes = Buffer.from(good);
  bytes.writeUInt32BE(crc32c(good.subarray(8, -4)), good.length - 4);
  return bytes;
}
