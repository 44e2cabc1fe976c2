import { crc32c } from './crc32c.ts';
import {
  CHECKSUM_BYTES,
  HEADER_BYTES,
  MAGIC_0,
  MAGIC_1,
  MAX_FRAME_BYTES,
  MAX_PAYLOAD_BYTES,
  PROTOCOL_VERSION,
} from './frame.ts';
import type { Frame } from './frame.ts';
import { FrameError } from './frame-error.ts';

const nothing = Buffer.alloc(0);

/**
 * Cuts a byte stream into frames; knows no socket and no clock. Bytes may arrive split anywhere: the same
 * bytes give the same frames and the same error.
 *
 * ```ts
 * decoder.push(chunk);
 * for (let frame = decoder.next(); frame; frame = decoder.next()) handle(frame);
 * ```
 *
 * Frames that lie whole in a chunk are returned as views of it, without a copy. Only a frame that straddles
 * chunks is collected, in a buffer that grows with what has arrived (never with what a header claims).
 * A fault is found with the first byte that shows it, in the order magic, version, length, checksum.
 */
export class FrameDecoder {
  /** Unread bytes: `[#at, #end)` of `#bytes`. */
  #bytes: Buffer = nothing;
  #at = 0;
  #end = 0;
  /** `#bytes` is ours and may be written to; otherwise it is the caller's chunk. */
  #isOwn = false;
  #fault: FrameError | undefined;

  /** Bytes that were pushed and not yet returned in a frame. */
  get bufferedBytes(): number {
    return this.#end - this.#at;
  }

  /** Takes the next bytes of the stream. The decoder may keep views of them, so they must not change. */
  push(chunk: Uint8Array): void {
    if (this.#at === this.#end) {
      this.#bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      this.#at = 0;
      this.#end = chunk.length;
      this.#isOwn = false;
      return;
    }
    this.#append(chunk);
  }

  /**
   * The next whole frame, or undefined when more bytes are needed.
   * @throws FrameError when the stream is not made of frames; every later call throws the same error
   */
  next(): Frame | undefined {
    if (this.#fault) throw this.#fault;
    const available = this.#end - this.#at;
    if (available === 0) return undefined;
    this.#checkHeader(available);
    if (available < HEADER_BYTES) return undefined;
    const payloadBytes = this.#bytes.readUInt32BE(this.#at + 4);
    if (available < HEADER_BYTES + payloadBytes + CHECKSUM_BYTES) return undefined;

    const payloadEnd = this.#at + HEADER_BYTES + payloadBytes;
    const expected = this.#bytes.readUInt32BE(payloadEnd);
    const actual = crc32c(this.#bytes, this.#at, payloadEnd);
    if (expected !== actual) {
      this.#fail('checksum', `the frame says CRC-32C ${hex(expected, 8)}, its bytes give ${hex(actual, 8)}`);
    }
    const type = this.#bytes[this.#at + 3]!;
    const payload = this.#bytes.subarray(this.#at + HEADER_BYTES, payloadEnd);
    this.#at = payloadEnd + CHECKSUM_BYTES;
    if (this.#at === this.#end) this.#release();
    return { type, payload };
  }

  #checkHeader(available: number): void {
    const bytes = this.#bytes;
    const at = this.#at;
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

  #append(chunk: Uint8Array): void {
    const unread = this.#end - this.#at;
    const needed = unread + chunk.length;
    const isRoomBehind = this.#isOwn && this.#bytes.length - this.#end >= chunk.length;
    if (!isRoomBehind) {
      // Room for twice of what is there, so that a frame that trickles in is copied O(log n) times.
      const capacity = Math.max(needed, Math.min(2 * needed, MAX_FRAME_BYTES));
      const grown = Buffer.allocUnsafeSlow(capacity);
      this.#bytes.copy(grown, 0, this.#at, this.#end);
      this.#bytes = grown;
      this.#at = 0;
      this.#end = unread;
      this.#isOwn = true;
    }
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  #release(): void {
    this.#bytes = nothing;
    this.#at = 0;
    this.#end = 0;
    this.#isOwn = false;
  }

  #fail(kind: FrameError['kind'], message: string): never {
    this.#fault = new FrameError(kind, message);
    this.#release();
    throw this.#fault;
  }
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}
