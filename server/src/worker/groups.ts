import type { StreamMode } from '../feeds/feed.ts';
import type { BatchPacket } from '../link/packet.ts';
import type { Connection } from './connection.ts';
import { SharedFrames } from './shared-frames.ts';

interface Members {
  mode: StreamMode;
  connections: Connection[];
  /** Where in the list the last fan-out began, as a share of its length. */
  start: number;
}

/** How far the first one moves with each fan-out: with the golden ratio nobody is among the last for long. */
const STEP = (Math.sqrt(5) - 1) / 2;

/** The connections of each group on this worker. */
export class Groups {
  readonly #groups: Map<number, Members> = new Map();

  add(group: number, mode: StreamMode, connection: Connection): void {
    let members = this.#groups.get(group);
    if (!members) {
      members = { mode, connections: [], start: 0 };
      this.#groups.set(group, members);
    }
    connection.group = group;
    connection.groupIndex = members.connections.push(connection) - 1;
  }

  /** @returns the mode of the group that the connection was in, or undefined when it was in none */
  remove(connection: Connection): StreamMode | undefined {
    const members = this.#groups.get(connection.group);
    if (!members) return undefined;
    const { connections, mode } = members;
    const last = connections.pop();
    if (last && last !== connection) {
      connections[connection.groupIndex] = last;
      last.groupIndex = connection.groupIndex;
    }
    if (connections.length === 0) this.#groups.delete(connection.group);
    connection.group = -1;
    connection.groupIndex = -1;
    return mode;
  }

  /**
   * Writes a batch to every member.
   * @returns the number of members
   */
  fanOut({ group, frame, frameWithEpoch }: BatchPacket, onFirstWritten: () => void): number {
    const members = this.#groups.get(group);
    if (!members) return 0;
    // A write may close a connection and so change the list.
    const connections = members.connections.slice();
    const count = connections.length;
    members.start = (members.start + STEP) % 1;
    const first = Math.floor(members.start * count);
    const plain = new SharedFrames(frame);
    const withEpoch = new SharedFrames(frameWithEpoch);
    for (let step = 0; step < count; step++) {
      const connection = connections[(first + step) % count]!;
      const isFirst = connection.awaitsEpoch && frameWithEpoch.length > 0;
      if (isFirst) connection.awaitsEpoch = false;
      connection.sendLive(isFirst ? withEpoch : plain);
      if (step === 0) onFirstWritten();
    }
    return count;
  }
}
