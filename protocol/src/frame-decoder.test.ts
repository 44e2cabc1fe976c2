import { describe, expect, it, jest } from '@jest/globals';
import * as fc from 'fast-check';
import { encodeFrame } from './encode-frame.ts';
import { MAX_PAYLOAD_BYTES } from './frame.ts';
import { FrameDecoder } from './frame-decoder.ts';
import { FrameError } from './frame-error.ts';

/** What a decoder makes of chunks: the frames in order and the fault that ended them, if one did. */
function decode(chunks: readonly Uint8Array[]): { frames: string[]; fault: string | undefined } {
  const decoder = new FrameDecoder();
  const frames: string[] = [];
  try {
    for (const chunk of chunks) {
      decoder.push(chunk);
      for (let frame = decoder.next(); frame; frame = decoder.next()) {
        frames.push(`${frame.type}:${frame.payload.toString('hex')}`);
      }
    }
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    return { frames, fault: error.kind };
  }
  return { frames, fault: undefined };
}

function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const points = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const edges = [0, ...points, bytes.length];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}

/** Bytes that are copied while `run` runs: all copying in the decoder is by `set`. */
function countingCopies(run: () => void): number {
  const typedArray: Uint8Array = Object.getPrototypeOf(Buffer.prototype);
  const set = jest.spyOn(typedArray, 'set');
  try {
    run();
    return set.mock.calls.reduce((copied, [source]) => copied + source.length, 0);
  } finally {
    set.mockRestore();
  }
}

function header(...bytes: number[]): Buffer {
  return Buffer.from(bytes);
}

describe('FrameDecoder', () => {
  const payloads = fc.array(fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 300 })), { maxLength: 6 });
  const cuts = fc.array(fc.nat(5_000), { maxLength: 40 });

  it('gives the same frames however the bytes are split', () => {
    fc.assert(
      fc.property(payloads, cuts, (messages, cuts) => {
        const stream = Buffer.concat(messages.map(([type, payload]) => encodeFrame(type, payload)));
        const expected = messages.map(([type, payload]) => `${type}:${Buffer.from(payload).toString('hex')}`);
        expect(decode(split(stream, cuts))).toEqual({ frames: expected, fault: undefined });
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives the same frames and the same fault for damaged streams however they are split', () => {
    fc.assert(
      fc.property(payloads, cuts, fc.nat(5_000), fc.integer({ min: 1, max: 255 }), (messages, cuts, where, change) => {
        const stream = Buffer.concat(messages.map(([type, payload]) => encodeFrame(type, payload)));
        if (stream.length === 0) return;
        const at = where % stream.length;
        stream[at] = stream[at]! ^ change;
        expect(decode(split(stream, cuts))).toEqual(decode([stream]));
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads a frame that arrives byte by byte', () => {
    const frame = encodeFrame(4, new Uint8Array(1_000).fill(7));
    expect(decode(Array.from(frame, (byte) => Buffer.of(byte))).frames).toHaveLength(1);
  });

  it('returns views of a chunk that holds whole frames', () => {
    const chunk = Buffer.concat([encodeFrame(1, Buffer.from('one')), encodeFrame(2, Buffer.from('two'))]);
    const decoder = new FrameDecoder();
    decoder.push(chunk);
    expect(decoder.next()?.payload.buffer).toBe(chunk.buffer);
    expect(decoder.next()?.payload.buffer).toBe(chunk.buffer);
    expect(decoder.next()).toBeUndefined();
  });

  it('keeps earlier payloads intact while later bytes are collected', () => {
    const first = encodeFrame(1, Buffer.from('first payload'));
    const second = encodeFrame(2, Buffer.from('second payload'));
    const decoder = new FrameDecoder();
    decoder.push(first.subarray(0, 5));
    decoder.push(Buffer.concat([first.subarray(5), second.subarray(0, 9)]));
    const payload = decoder.next()?.payload;
    decoder.push(second.subarray(9));
    expect(decoder.next()?.payload.toString()).toBe('second payload');
    expect(payload?.toString()).toBe('first payload');
  });

  it('copies each byte of a frame that straddles two chunks once, and none of the frame behind it', () => {
    const first = encodeFrame(1, new Uint8Array(5_000).fill(1));
    const second = encodeFrame(2, new Uint8Array(3_000).fill(2));
    const decoder = new FrameDecoder();
    const copied = countingCopies(() => {
      decoder.push(first.subarray(0, 2_000));
      expect(decoder.next()).toBeUndefined();
      const chunk = Buffer.concat([first.subarray(2_000), second]);
      decoder.push(chunk);
      expect(decoder.next()?.payload.equals(first.subarray(8, -4))).toBe(true);
      expect(decoder.next()?.payload.buffer).toBe(chunk.buffer);
    });
    expect(copied).toBe(first.length);
  });

  it('copies nothing of frames that lie whole in their chunks', () => {
    const chunk = Buffer.concat(Array.from({ length: 50 }, (_, index) => encodeFrame(3, Buffer.alloc(index))));
    const decoder = new FrameDecoder();
    let frames = 0;
    const copied = countingCopies(() => {
      decoder.push(chunk);
      while (decoder.next()) frames++;
    });
    expect([frames, copied]).toEqual([50, 0]);
  });

  it('copies a frame that trickles in byte by byte less than three times', () => {
    const frame = encodeFrame(4, new Uint8Array(MAX_PAYLOAD_BYTES));
    const decoder = new FrameDecoder();
    const copied = countingCopies(() => {
      for (const byte of frame.subarray(0, -1)) {
        decoder.push(Uint8Array.of(byte));
        decoder.next();
      }
    });
    expect(decoder.bufferedBytes).toBe(frame.length - 1);
    expect(copied).toBeLessThan(3 * frame.length);
  });

  it('accepts the largest payload and refuses one byte more at the header', () => {
    expect(decode([encodeFrame(1, new Uint8Array(MAX_PAYLOAD_BYTES))]).frames).toHaveLength(1);
    expect(decode([header(0xf5, 0x7d, 1, 1, 0, 1, 0, 1)]).fault).toBe('length');
  });

  it('keeps memory for what has arrived, not for what a header announces', () => {
    const decoder = new FrameDecoder();
    decoder.push(header(0xf5, 0x7d, 1, 1, 0, 1, 0, 0));
    expect(decoder.next()).toBeUndefined();
    expect([decoder.bufferedBytes, decoder.collectionBytes]).toEqual([8, 64]);
    decoder.push(Buffer.alloc(1_000));
    expect(decoder.next()).toBeUndefined();
    expect([decoder.bufferedBytes, decoder.collectionBytes]).toEqual([1_008, 4_032]);
    decoder.push(Buffer.alloc(60_000));
    expect(decoder.next()).toBeUndefined();
    expect([decoder.bufferedBytes, decoder.collectionBytes]).toEqual([61_008, 65_548]);
  });

  it('lets go of a chunk whose end begins another frame', () => {
    const decoder = new FrameDecoder();
    const chunk = Buffer.concat([encodeFrame(3, Buffer.alloc(60_000)), encodeFrame(3).subarray(0, 1)]);
    decoder.push(chunk);
    decoder.next();
    expect(decoder.next()).toBeUndefined();
    chunk.fill(0);
    expect([decoder.bufferedBytes, decoder.collectionBytes]).toEqual([1, 64]);
    decoder.push(encodeFrame(3).subarray(1));
    expect(decoder.next()?.type).toBe(3);
  });

  it('needs nothing of a chunk that was read to its end, or of one whose rest it was to keep', () => {
    const frames = [1, 2, 3].map((type) => encodeFrame(type, Buffer.alloc(20, type)));
    const shared = Buffer.alloc(100);
    const decoder = new FrameDecoder();
    const push = (bytes: Uint8Array): void => {
      shared.fill(0xff).set(bytes);
      decoder.push(shared.subarray(0, bytes.length));
    };
    push(Buffer.concat([frames[0]!, frames[1]!.subarray(0, 9)]));
    expect(decoder.next()?.payload).toEqual(Buffer.alloc(20, 1));
    expect(decoder.next()).toBeUndefined();
    push(Buffer.concat([frames[1]!.subarray(9), frames[2]!]));
    expect(decoder.next()?.payload).toEqual(Buffer.alloc(20, 2));
    decoder.keepUnread();
    shared.fill(0xff);
    expect(decoder.next()?.payload).toEqual(Buffer.alloc(20, 3));
  });

  it.each([
    ['magic', header(0x47)],
    ['magic', header(0xf5, 0x7e, 9, 9, 0xff, 0xff, 0xff, 0xff)],
    ['version', header(0xf5, 0x7d, 2)],
    ['version', header(0xf5, 0x7d, 2, 1, 0xff, 0xff, 0xff, 0xff)],
    ['length', header(0xf5, 0x7d, 1, 1, 0xff, 0xff, 0xff, 0xff)],
    ['checksum', header(0xf5, 0x7d, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0)],
  ])('finds a fault of kind %s at once', (kind, bytes) => {
    expect(decode([bytes]).fault).toBe(kind);
  });

  it('stays at its first fault', () => {
    const decoder = new FrameDecoder();
    decoder.push(header(0));
    expect(() => decoder.next()).toThrow(FrameError);
    decoder.push(encodeFrame(1));
    expect(() => decoder.next()).toThrow('F5 7D');
  });
});
