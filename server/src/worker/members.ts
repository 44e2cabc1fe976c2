import { NO_DESCRIPTOR } from './direct-send.ts';
import type { SystemSendAll } from './send-batch.ts';
import { SEND_BATCH } from './send-batch.ts';
import type { SharedFrames } from './shared-frames.ts';

/** What a group needs of a connection. */
export interface Member {
  /** Group and place in it; -1 = none. */
  group: number;
  groupIndex: number;
  /** Its next batch is its first one. */
  awaitsEpoch: boolean;
  /** The socket's, while live frames may be given to the kernel past the connection; else NO_DESCRIPTOR. */
  readonly directDescriptor: number;
  /** Gives it live frames, of which the kernel has taken none yet. */
  sendLive(frames: SharedFrames): void;
  /** Gives it what the kernel has not taken of live frames. @param taken bytes that it has */
  sendRest(frames: SharedFrames, taken: number): void;
  /** Counts what was given to the kernel past it. */
  countDirect(frames: number, bytes: number): void;
}

/** Filters that one client has are many: their groups are to be small. */
const FIRST_CAPACITY = 4;

/** Of the sends that are made together, in the memory that is used each time. */
const batch = {
  indexes: new Int32Array(SEND_BATCH),
  descriptors: new Int32Array(SEND_BATCH),
  taken: new Int32Array(SEND_BATCH),
};

/**
 * The connections of one group, and beside them what a fan-out needs of each as long as it keeps up: its descriptor,
 * and the counts. Thousands of connections do not fit into the processor's caches; what lies in a row does, and of a
 * connection that keeps up nothing else is touched.
 */
export class Members<Each extends Member> {
  readonly #members: Each[] = [];
  /** NO_DESCRIPTOR for one that must be asked itself: something waits for it, or its first batch is to come. */
  #descriptors: Int32Array = new Int32Array(FIRST_CAPACITY);
  /** Given to the kernel past the connection. */
  #frames: Float64Array = new Float64Array(FIRST_CAPACITY);
  #bytes: Float64Array = new Float64Array(FIRST_CAPACITY);

  get size(): number {
    return this.#members.length;
  }

  add(member: Each): void {
    const index = this.#members.push(member) - 1;
    if (index === this.#descriptors.length) this.#grow();
    member.groupIndex = index;
    this.#descriptors[index] = member.directDescriptor;
    this.#frames[index] = 0;
    this.#bytes[index] = 0;
  }

  /** Takes one out; the last one takes its place. */
  remove(member: Each): void {
    const { groupIndex: index } = member;
    member.countDirect(this.#frames[index]!, this.#bytes[index]!);
    const last = this.#members.pop();
    if (last && last !== member) {
      this.#members[index] = last;
      this.#descriptors[index] = this.#descriptors[last.groupIndex]!;
      this.#frames[index] = this.#frames[last.groupIndex]!;
      this.#bytes[index] = this.#bytes[last.groupIndex]!;
      last.groupIndex = index;
    }
    member.groupIndex = -1;
  }

  /** Something waits for it: from now on it is asked itself, until that is over. */
  stopDirect(index: number): void {
    this.#descriptors[index] = NO_DESCRIPTOR;
  }

  /** What a member was given past it. */
  directOf(index: number): { frames: number; bytes: number } {
    return { frames: this.#frames[index]!, bytes: this.#bytes[index]! };
  }

  /**
   * Gives shared frames to the kernel for each member that keeps up.
   * @param first index of the first one
   * @returns how many have got all of it, and those that must be asked themselves
   */
  sendDirectly(frames: SharedFrames, first: number, sendAll: SystemSendAll): { sent: number; others: Each[] } {
    const { bytes, count } = frames;
    const { length } = bytes;
    const others: Each[] = [];
    const rests: { member: Each; taken: number }[] = [];
    const size = this.#members.length;
    let sent = 0;
    // The first one alone: how long one write takes is measured with it.
    for (let step = 0, index = first, room = 1; step < size; room = SEND_BATCH) {
      let batched = 0;
      for (; step < size && batched < room; step++, index++) {
        if (index === size) index = 0;
        const descriptor = this.#descriptors[index]!;
        if (descriptor === NO_DESCRIPTOR) {
          others.push(this.#members[index]!);
          continue;
        }
        batch.indexes[batched] = index;
        batch.descriptors[batched++] = descriptor;
      }
      if (batched > 0) sendAll(batch.descriptors, batched, bytes, batch.taken);
      for (let each = 0; each < batched; each++) {
        const at = batch.indexes[each]!;
        const taken = batch.taken[each]!;
        if (taken === length) {
          this.#frames[at] = this.#frames[at]! + count;
          this.#bytes[at] = this.#bytes[at]! + length;
          sent++;
        } else {
          this.#descriptors[at] = NO_DESCRIPTOR;
          rests.push({ member: this.#members[at]!, taken: Math.max(0, taken) });
        }
      }
    }
    // Only now, as it may close connections, which then leave their places.
    for (const { member, taken } of rests) member.sendRest(frames, taken);
    return { sent, others };
  }

  /** Looks again whether it needs to be asked itself. */
  refresh(member: Each): void {
    this.#descriptors[member.groupIndex] = member.directDescriptor;
  }

  #grow(): void {
    const capacity = 2 * this.#descriptors.length;
    const descriptors = new Int32Array(capacity);
    descriptors.set(this.#descriptors);
    this.#descriptors = descriptors;
    this.#frames = grown(this.#frames, capacity);
    this.#bytes = grown(this.#bytes, capacity);
  }
}

function grown(values: Float64Array, capacity: number): Float64Array {
  const larger = new Float64Array(capacity);
  larger.set(values);
  return larger;
}
