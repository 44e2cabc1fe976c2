import { CHECKSUM_BYTES, HEADER_BYTES } from '@tick-storm/protocol';
import type { LiveBatch } from './live-batch.ts';
import { readLiveBatch } from './live-batch.ts';

/** The DATA_BATCH frames of one flush for one group, in one buffer: every connection that keeps up gets it as it is. */
export class SharedFrames {
  bytes: Buffer;
  readonly count: number;
  #kept: Buffer | undefined;
  #batches: readonly LiveBatch[] | undefined;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.count = frameEnds(bytes).length;
  }

  /**
   * A copy of the bytes, for connections that must wait: the memory of the others is the link's, for what comes next.
   * To be taken before that.
   */
  get kept(): Buffer {
    if (this.#kept === undefined) {
      this.#kept = Buffer.from(this.bytes);
      // Who waits keeps these frames, and not what they came in.
      this.bytes = this.#kept;
    }
    return this.#kept;
  }

  /** Taken apart, once for all connections that need it. */
  get batches(): readonly LiveBatch[] {
    this.#batches ??= frameEnds(this.kept).map((end, index, ends) =>
      readLiveBatch(this.kept.subarray(ends[index - 1] ?? 0, end)),
    );
    return this.#batches;
  }
}

function frameEnds(bytes: Buffer): number[] {
  const ends: number[] = [];
  for (let at = 0; at < bytes.length; ends.push(at)) at += HEADER_BYTES + bytes.readUInt32BE(at + 4) + CHECKSUM_BYTES;
  return ends;
}
