import type { ControlMessage } from './control-message.ts';
import { isControlMessage } from './control-message.ts';

// What travels between the supervisor and a worker, in order, over an inherited pipe:
//
//   length u32 | kind u8 | body[length - 1]                                    (little-endian)
//
//   CONTROL  JSON
//   BATCH    group u32 | flushed f64 | plain u32 | frame[plain] | frame with epoch (may be empty)
//   DIRECT   slot u32 | id u32 | frame
//   CREDIT   bytes u32 | busy f64
//   CATCH_UP slot u32 | id u32 | frame
//   TAKEN    id u32 | bytes u32

const LENGTH_BYTES = 4;
const CONTROL = 1;
const BATCH = 2;
const DIRECT = 3;
const CREDIT = 4;
const CATCH_UP = 5;
const TAKEN = 6;
const BATCH_HEAD_BYTES = 16;
const DIRECT_HEAD_BYTES = 8;

const nothing = Buffer.alloc(0);

/** Frames of one flush for every connection of a group. */
export interface BatchPacket {
  kind: 'batch';
  group: number;
  /** When the batch was flushed, in ms of the system-wide monotonic clock. */
  flushedMs: number;
  frame: Buffer;
  /** The same batch for connections that get their first one; empty when there are none. */
  frameWithEpoch: Buffer;
}

/** A frame for one connection. */
interface DirectPacket {
  kind: 'direct';
  slot: number;
  id: number;
  frame: Buffer;
}

/** The worker has passed on this many bytes of packets. */
interface CreditPacket {
  kind: 'credit';
  bytes: number;
  /** How long that took, in ms. */
  busyMs: number;
}

/** A frame of a connection's catch-up: the supervisor is told when its socket has taken it. */
interface CatchUpPacket extends Omit<DirectPacket, 'kind'> {
  kind: 'catch_up';
}

/** A connection's socket has taken a catch-up frame of this size. */
interface TakenPacket {
  kind: 'taken';
  id: number;
  bytes: number;
}

interface ControlPacket {
  kind: 'control';
  message: ControlMessage;
}

export type Packet = BatchPacket | DirectPacket | CatchUpPacket | CreditPacket | TakenPacket | ControlPacket;

/** A packet, and what it took of the link. */
export interface ReceivedPacket {
  packet: Packet;
  bytes: number;
}

/** The same packet in memory of its own. */
export function copyOf(packet: Packet): Packet {
  if (packet.kind === 'direct' || packet.kind === 'catch_up') return { ...packet, frame: Buffer.from(packet.frame) };
  if (packet.kind !== 'batch') return packet;
  const { frame, frameWithEpoch } = packet;
  return { ...packet, frame: Buffer.from(frame), frameWithEpoch: Buffer.from(frameWithEpoch) };
}

function start(kind: number, bodyBytes: number): Buffer {
  const packet = Buffer.allocUnsafe(LENGTH_BYTES + 1 + bodyBytes);
  packet.writeUInt32LE(1 + bodyBytes, 0);
  packet[LENGTH_BYTES] = kind;
  return packet;
}

export function encodeControl(message: ControlMessage): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const packet = start(CONTROL, body.length);
  packet.set(body, LENGTH_BYTES + 1);
  return packet;
}

export function encodeBatch(group: number, flushedMs: number, frame: Buffer, frameWithEpoch: Buffer = nothing): Buffer {
  const packet = start(BATCH, BATCH_HEAD_BYTES + frame.length + frameWithEpoch.length);
  let at = packet.writeUInt32LE(group, LENGTH_BYTES + 1);
  at = packet.writeDoubleLE(flushedMs, at);
  at = packet.writeUInt32LE(frame.length, at);
  packet.set(frame, at);
  packet.set(frameWithEpoch, at + frame.length);
  return packet;
}

export function encodeDirect(slot: number, id: number, frame: Buffer): Buffer {
  return encodeForOne(DIRECT, slot, id, frame);
}

export function encodeCatchUp(slot: number, id: number, frame: Buffer): Buffer {
  return encodeForOne(CATCH_UP, slot, id, frame);
}

function encodeForOne(kind: number, slot: number, id: number, frame: Buffer): Buffer {
  const packet = start(kind, DIRECT_HEAD_BYTES + frame.length);
  const at = packet.writeUInt32LE(slot, LENGTH_BYTES + 1);
  packet.set(frame, packet.writeUInt32LE(id, at));
  return packet;
}

export function encodeCredit(bytes: number, busyMs: number): Buffer {
  const packet = start(CREDIT, 12);
  packet.writeDoubleLE(busyMs, packet.writeUInt32LE(bytes, LENGTH_BYTES + 1));
  return packet;
}

export function encodeTaken(id: number, bytes: number): Buffer {
  const packet = start(TAKEN, 8);
  packet.writeUInt32LE(bytes, packet.writeUInt32LE(id, LENGTH_BYTES + 1));
  return packet;
}

function decodeBody(kind: number, body: Buffer): Packet {
  switch (kind) {
    case CONTROL: {
      const message: unknown = JSON.parse(body.toString());
      if (!isControlMessage(message)) throw new Error('a control packet holds no message');
      return { kind: 'control', message };
    }
    case BATCH: {
      const frames = body.subarray(BATCH_HEAD_BYTES);
      const plain = body.readUInt32LE(12);
      const frame = frames.subarray(0, plain);
      const frameWithEpoch = frames.subarray(plain);
      return { kind: 'batch', group: body.readUInt32LE(0), flushedMs: body.readDoubleLE(4), frame, frameWithEpoch };
    }
    case DIRECT:
    case CATCH_UP:
      return {
        kind: kind === DIRECT ? 'direct' : 'catch_up',
        slot: body.readUInt32LE(0),
        id: body.readUInt32LE(4),
        frame: body.subarray(DIRECT_HEAD_BYTES),
      };
    case CREDIT:
      return { kind: 'credit', bytes: body.readUInt32LE(0), busyMs: body.readDoubleLE(4) };
    case TAKEN:
      return { kind: 'taken', id: body.readUInt32LE(0), bytes: body.readUInt32LE(4) };
    default:
      throw new Error(`a packet of unknown kind ${kind} came over the link`);
  }
}

/**
 * Cuts the link's byte stream into packets. Whole packets in a chunk are views of it; of the rest a copy is kept, so
 * that the memory of a chunk can be used again for the next one.
 */
export class PacketDecoder {
  #parts: Buffer[] = [];
  #bytes = 0;

  /** Takes the next bytes and returns the packets that are complete now, in order. */
  push(chunk: Buffer): ReceivedPacket[] {
    if (this.#bytes > 0) this.#keep(chunk);
    if (this.#bytes < this.#needed()) return [];
    let rest = this.#bytes > 0 ? Buffer.concat(this.#parts, this.#bytes) : chunk;
    const packets: ReceivedPacket[] = [];
    while (rest.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + rest.readUInt32LE(0);
      if (rest.length < end) break;
      packets.push({ packet: decodeBody(rest[LENGTH_BYTES]!, rest.subarray(LENGTH_BYTES + 1, end)), bytes: end });
      rest = rest.subarray(end);
    }
    this.#parts = [];
    this.#bytes = 0;
    if (rest.length > 0) this.#keep(rest);
    return packets;
  }

  #keep(bytes: Buffer): void {
    this.#parts.push(Buffer.from(bytes));
    this.#bytes += bytes.length;
  }

  /** Bytes without which no packet can be complete. */
  #needed(): number {
    const [first] = this.#parts;
    if (!first) return 0;
    return first.length >= LENGTH_BYTES ? LENGTH_BYTES + first.readUInt32LE(0) : LENGTH_BYTES;
  }
}
