import type { StreamMode } from '../feeds/feed.ts';
import type { BatchPacket } from '../link/packet.ts';
import type { Member } from './members.ts';
import { Members } from './members.ts';
import type { SystemSendAll } from './send-batch.ts';
import { SharedFrames } from './shared-frames.ts';
import type { WorkerStats } from './worker-stats.ts';

interface Group<Each extends Member> {
  mode: StreamMode;
  members: Members<Each>;
  /** Where in the list the last fan-out began, as a share of its length. */
  start: number;
}

/**
 * How far the first one moves with each fan-out: nobody is among the last for ever, and the time between two batches is
 * the same for everybody but those who were first, and are last now. Where it varies by more than a few milliseconds
 * about 200 ms, a Linux client acknowledges each segment at once.
 */
const STEP = 1 / 256;

/** The connections of each group on this worker. */
export class Groups<Each extends Member> {
  readonly #stats: Pick<WorkerStats, 'countSent'>;
  readonly #sendAll: SystemSendAll;
  readonly #groups: Map<number, Group<Each>> = new Map();

  constructor(stats: Pick<WorkerStats, 'countSent'>, sendAll: SystemSendAll) {
    this.#stats = stats;
    this.#sendAll = sendAll;
  }

  add(id: number, mode: StreamMode, member: Each): void {
    let group = this.#groups.get(id);
    if (!group) {
      group = { mode, members: new Members(), start: 0 };
      this.#groups.set(id, group);
    }
    member.group = id;
    group.members.add(member);
  }

  /** @returns the mode of the group that the connection was in, or undefined when it was in none */
  remove(member: Each): StreamMode | undefined {
    const group = this.#groups.get(member.group);
    if (!group) return undefined;
    group.members.remove(member);
    if (group.members.size === 0) this.#groups.delete(member.group);
    member.group = -1;
    return group.mode;
  }

  /** Something waits for a connection: live frames may not overtake it. */
  stopDirect({ group, groupIndex }: Each): void {
    this.#groups.get(group)?.members.stopDirect(groupIndex);
  }

  /** A connection's descriptor has changed. */
  refresh(member: Each): void {
    this.#groups.get(member.group)?.members.refresh(member);
  }

  /** What a connection was given past it since it joined its group. */
  directOf({ group, groupIndex }: Each): { frames: number; bytes: number } {
    return this.#groups.get(group)?.members.directOf(groupIndex) ?? { frames: 0, bytes: 0 };
  }

  /**
   * Writes a batch to every member: first to all that keep up, so that nobody waits for those that do not.
   * @returns the number of members
   */
  fanOut({ group: id, frame, frameWithEpoch }: BatchPacket, onFirstWritten: () => void): number {
    const group = this.#groups.get(id);
    if (!group) return 0;
    const { members } = group;
    const count = members.size;
    group.start = (group.start + STEP) % 1;
    const plain = new SharedFrames(frame);
    const withEpoch = new SharedFrames(frameWithEpoch);
    let isFirst = true;
    const sendAll: SystemSendAll = (...batch) => {
      this.#sendAll(...batch);
      if (isFirst) onFirstWritten();
      isFirst = false;
    };
    const { sent, others } = members.sendDirectly(plain, Math.floor(group.start * count), sendAll);
    if (sent > 0) this.#stats.countSent(frame[3]!, sent * plain.count, sent * frame.length);
    for (const member of others) {
      const getsEpoch = member.awaitsEpoch && frameWithEpoch.length > 0;
      if (getsEpoch) member.awaitsEpoch = false;
      member.sendLive(getsEpoch ? withEpoch : plain);
      if (isFirst) onFirstWritten();
      isFirst = false;
      // What it was given may have closed it.
      if (member.group === id) members.refresh(member);
    }
    return count;
  }
}
