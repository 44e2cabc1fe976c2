import { crc32c } from './crc32c.ts';
import { CHECKSUM_BYTES, HEADER_BYTES, MAGIC_0, MAGIC_1, MAX_PAYLOAD_BYTES, PROTOCOL_VERSION } from './frame.ts';
import type { Frame } from './frame.ts';
import { FrameError } from './frame-error.ts';

const nothing = Buffer.alloc(0);

/** Room that is taken at first for a frame that arrives in parts: most frames of clients fit. */
const SMALLEST_COLLECTION_BYTES = 64;
/** The collected part of a frame takes at most this many times the bytes that have arrived. */
const GROWTH = 4;

/**
 * Cuts a byte stream into frames; knows no socket and no clock. Bytes may arrive split anywhere: the same
 * bytes give the same frames and the same error.
 *
 * ```ts
 * decoder.push(chunk);
 * for (let frame = decoder.next(); frame; frame = decoder.next()) handle(frame);
 * ```
 *
 * - A frame that lies whole in a chunk is returned as a view of it: no copy.
 * - Only a frame that straddles chunks is collected, and nothing of what lies behind it. When its rest comes with
 *   the next chunk, or a quarter of it with the first, each of its bytes is copied once.
 * - Memory follows what has arrived, never what a header announces: an unfinished frame holds at most 4 bytes
 *   for each of its own (and 64 at least), and no longer the chunk that its beginning came in.
 * - A fault is found with the first byte that shows it, in the order magic, version, length, checksum.
 */
export class FrameDecoder {
  /** The caller's chunk, unread from `#at` on. */
  #chunk: Buffer = nothing;
  #at = 0;
  /** The beginning of a frame that straddles chunks; it belongs to the decoder. */
  #partial: Buffer = nothing;
  #partialBytes = 0;
  #fault: FrameError | undefined;

  /** Bytes that were pushed and not yet returned in a frame. */
  get bufferedBytes(): number {
    return this.#partialBytes + this.#chunk.length - this.#at;
  }

  /** Bytes of memory that are kept for an unfinished frame. */
  get collectionBytes(): number {
    return this.#partial.length;
  }

  /**
   * Takes the next bytes of the stream. The decoder may keep views of them, so they must not change before `next` has
   * returned undefined, or `keepUnread` was called.
   */
  push(chunk: Uint8Array): void {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const isRead = this.#at === this.#chunk.length;
    this.#chunk = isRead ? bytes : Buffer.concat([this.#chunk.subarray(this.#at), bytes]);
    this.#at = 0;
  }

  /** Copies what is unread, so that the bytes that were pushed may change. */
  keepUnread(): void {
    if (this.#at === this.#chunk.length) return;
    this.#chunk = Buffer.from(this.#chunk.subarray(this.#at));
    this.#at = 0;
  }

  /**
   * The next whole frame, or undefined when more bytes are needed.
   * @throws FrameError when the stream is not made of frames; every later call throws the same error
   */
  next(): Frame | undefined {
    if (this.#fault) throw this.#fault;
    if (this.#partialBytes > 0) return this.#nextCollected();
    const available = this.#chunk.length - this.#at;
    this.#checkHeader(this.#chunk, this.#at, available);
    const frameBytes = frameBytesOf(this.#chunk, this.#at, available);
    if (frameBytes === undefined || available < frameBytes) {
      this.#collect(available, frameBytes);
      return undefined;
    }
    const frame = this.#readFrame(this.#chunk, this.#at, frameBytes);
    this.#at += frameBytes;
    if (this.#at === this.#chunk.length) this.#releaseChunk();
    return frame;
  }

  #nextCollected(): Frame | undefined {
    if (this.#partialBytes < HEADER_BYTES) {
      this.#collect(HEADER_BYTES - this.#partialBytes, undefined);
      this.#checkHeader(this.#partial, 0, this.#partialBytes);
    }
    const frameBytes = frameBytesOf(this.#partial, 0, this.#partialBytes);
    if (frameBytes === undefined) return undefined;
    this.#collect(frameBytes - this.#partialBytes, frameBytes);
    if (this.#partialBytes < frameBytes) return undefined;
    const frame = this.#readFrame(this.#partial, 0, frameBytes);
    // The payload is a view of the collection, which therefore is not used again.
    this.#partial = nothing;
    this.#partialBytes = 0;
    return frame;
  }

  /**
   * Moves up to `wanted` bytes of the chunk to the unfinished frame.
   * @param frameBytes the whole frame's size, if its header is there
   */
  #collect(wanted: number, frameBytes: number | undefined): void {
    const taken = Math.min(wanted, this.#chunk.length - this.#at);
    if (taken === 0) return;
    const arrived = this.#partialBytes + taken;
    if (arrived > this.#partial.length) {
      const room = Math.max(SMALLEST_COLLECTION_BYTES, GROWTH * arrived);
      const grown = Buffer.allocUnsafeSlow(Math.min(room, frameBytes ?? room));
      if (this.#partialBytes > 0) grown.set(this.#partial.subarray(0, this.#partialBytes));
      this.#partial = grown;
    }
    this.#partial.set(this.#chunk.subarray(this.#at, this.#at + taken), this.#partialBytes);
    this.#partialBytes = arrived;
    this.#at += taken;
    if (this.#at === this.#chunk.length) this.#releaseChunk();
  }

  /** @throws FrameError when the bytes that are there cannot begin a frame */
  #checkHeader(bytes: Buffer, at: number, available: number): void {
    if (available < 1) return;
    if (bytes[at] !== MAGIC_0) this.#fail('magic', `a frame begins with F5 7D, not ${hex(bytes[at]!, 2)}`);
    if (available < 2) return;
    if (bytes[at + 1] !== MAGIC_1) this.#fail('magic', `a frame begins with F5 7D, not F5 ${hex(bytes[at + 1]!, 2)}`);
    if (available < 3) return;
    if (bytes[at + 2] !== PROTOCOL_VERSION) {
      this.#fail('version', `protocol version ${bytes[at + 2]} is not supported; supported is ${PROTOCOL_VERSION}`);
    }
    if (available < HEADER_BYTES) return;
    const payloadBytes = bytes.readUInt32BE(at + 4);
    if (payloadBytes > MAX_PAYLOAD_BYTES) {
      this.#fail('length', `a payload of ${payloadBytes} bytes is announced; at most ${MAX_PAYLOAD_BYTES} are allowed`);
    }
  }

  /** @throws FrameError when the checksum is wrong */
  #readFrame(bytes: Buffer, at: number, frameBytes: number): Frame {
    const payloadEnd = at + frameBytes - CHECKSUM_BYTES;
    const expected = bytes.readUInt32BE(payloadEnd);
    const actual = crc32c(bytes, at, payloadEnd);
    if (expected !== actual) {
      this.#fail('checksum', `the frame says CRC-32C ${hex(expected, 8)}, its bytes give ${hex(actual, 8)}`);
    }
    return { type: bytes[at + 3]!, payload: bytes.subarray(at + HEADER_BYTES, payloadEnd) };
  }

  #releaseChunk(): void {
    this.#chunk = nothing;
    this.#at = 0;
  }

  #fail(kind: FrameError['kind'], message: string): never {
    this.#fault = new FrameError(kind, message);
    this.#releaseChunk();
    this.#partial = nothing;
    this.#partialBytes = 0;
    throw this.#fault;
  }
}

/** The whole frame's size; undefined while its header is not complete. */
function frameBytesOf(bytes: Buffer, at: number, available: number): number | undefined {
  if (available < HEADER_BYTES) return undefined;
  return HEADER_BYTES + bytes.readUInt32BE(at + 4) + CHECKSUM_BYTES;
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}
