import type { Writable } from 'node:stream';
import type { ControlMessage, ToSupervisor, Verdict } from '../link/control-message.ts';
import { isToWorker } from '../link/control-message.ts';
import { LinkWriter } from '../link/link-writer.ts';
import type { BatchPacket, Packet, ReceivedPacket } from '../link/packet.ts';
import { copyOf, encodeControl, encodeCredit, encodeTaken, PacketDecoder } from '../link/packet.ts';
import type { Connection } from './connection.ts';
import type { ConnectionTable } from './connection-table.ts';
import type { Groups } from './groups.ts';
import { PacedQueue } from './paced-queue.ts';
import type { Rest } from './rest.ts';
import type { WorkerMetrics } from './worker-metrics.ts';
import type { WorkerStats } from './worker-stats.ts';

/**
 * Opens the ordered byte channel to the supervisor.
 * @param onData is given what comes; the memory is used again as soon as it returns
 */
export type OpenLink = (onData: (chunk: Buffer) => void) => Writable;

export interface SupervisorLinkOptions {
  openLink: OpenLink;
  table: ConnectionTable<Connection>;
  groups: Groups<Connection>;
  stats: WorkerStats;
  metrics: WorkerMetrics;
  rest: Rest;
  /** Ms of the system-wide monotonic clock. */
  monotonicNow: () => number;
  /** How many events of sockets this process has been told of so far. */
  eventCount: () => number;
}

/** What waits for its turn; without a packet it has been handled, and only its credit is still to be given back. */
interface Waiting {
  packet: Packet | undefined;
  bytes: number;
}

/**
 * Answers to what clients ask for, which do not wait for the batches before them: someone who logs in is to be answered
 * also while more is published than can be written. What tells where in the stream a connection begins stays in order.
 */
const answers: ReadonlySet<ControlMessage['type']> = new Set(['refuse', 'verdict', 'accepted', 'declined']);

/** The worker's side of the link: brings what the supervisor sends to its connections, and gives the credit back. */
export class SupervisorLink {
  readonly #options: SupervisorLinkOptions;
  readonly #writer: LinkWriter;
  readonly #packets: PacketDecoder = new PacketDecoder();
  readonly #queue: PacedQueue<Waiting>;
  /** Bytes of packets that were passed on in this slice. */
  #passedBytes = 0;

  constructor(options: SupervisorLinkOptions) {
    this.#options = options;
    this.#queue = new PacedQueue({
      monotonicNow: options.monotonicNow,
      eventCount: options.eventCount,
      work: (waiting) => this.#pass(waiting),
      keep: ({ packet, bytes }) => ({ packet: packet && copyOf(packet), bytes }),
      onSlice: (busyMs) => this.#giveCredit(busyMs),
    });
    this.#writer = new LinkWriter(options.openLink((chunk) => this.#onData(chunk)));
  }

  tell(message: ToSupervisor): void {
    this.#writer.write(encodeControl(message));
  }

  #onData(chunk: Buffer): void {
    this.#queue.push(this.#packets.push(chunk).map((received) => this.#answer(received)));
  }

  /** Handles a packet that need not wait. */
  #answer({ packet, bytes }: ReceivedPacket): Waiting {
    if (packet.kind !== 'control' || !answers.has(packet.message.type)) return { packet, bytes };
    this.#onControl(packet.message);
    return { packet: undefined, bytes };
  }

  #pass({ packet, bytes }: Waiting): void {
    if (packet) this.#onPacket(packet);
    this.#passedBytes += bytes;
  }

  #giveCredit(busyMs: number): void {
    this.#writer.write(encodeCredit(this.#passedBytes, busyMs));
    this.#passedBytes = 0;
  }

  #onPacket(packet: Packet): void {
    switch (packet.kind) {
      case 'batch':
        this.#fanOut(packet);
        break;
      case 'direct':
        // A copy, because it may wait for its client: the memory is the link's, for what comes next.
        this.#options.table.get(packet.slot, packet.id)?.send(Buffer.from(packet.frame));
        break;
      case 'catch_up': {
        const { slot, id, frame } = packet;
        this.#options.table.get(slot, id)?.send(Buffer.from(frame), () => {
          this.#writer.write(encodeTaken(id, frame.length));
        });
        break;
      }
      case 'control':
        this.#onControl(packet.message);
        break;
      case 'credit':
      case 'taken':
        throw new Error(`the supervisor does not send ${packet.kind}`);
    }
  }

  #fanOut(packet: BatchPacket): void {
    const startedMs = this.#options.monotonicNow();
    const count = this.#options.groups.fanOut(packet, () => {
      this.#options.metrics.writeLatency.observe((this.#options.monotonicNow() - startedMs) / 1_000);
    });
    if (count === 0) return;
    this.#options.metrics.publishLatency.observe((this.#options.monotonicNow() - packet.flushedMs) / 1_000);
  }

  #onControl(message: ControlMessage): void {
    if (!isToWorker(message)) return;
    const connection = this.#options.table.get(message.slot, message.id);
    switch (message.type) {
      case 'refuse':
        connection?.close(message.reason, message.message === undefined ? {} : { message: message.message });
        break;
      case 'behind':
        connection?.close('history_passed');
        break;
      case 'verdict':
        this.#countVerdict(message.verdict);
        connection?.raise({ kind: 'verdict', verdict: message.verdict });
        break;
      case 'accepted': {
        if (!connection || connection.isClosing) break;
        connection.isSubscribed = true;
        this.#options.stats.subscriptions++;
        connection.raise({ kind: 'accepted', position: message });
        break;
      }
      case 'declined':
        connection?.raise({ kind: 'declined', answer: message });
        break;
      case 'joined': {
        const { mode, group, awaitsEpoch } = message;
        if (!connection || connection.isClosing) {
          this.tell({ type: 'leave', mode, group });
          break;
        }
        connection.awaitsEpoch = awaitsEpoch;
        this.#options.groups.add(group, mode, connection);
        this.#options.rest.onJoined(connection);
        break;
      }
    }
  }

  #countVerdict(verdict: Verdict): void {
    if (verdict === 'granted') this.#options.stats.authSuccesses++;
    if (verdict === 'denied') this.#options.stats.authFailures.add('invalid_credentials');
    if (verdict === 'overloaded') this.#options.stats.authFailures.add('overloaded');
    if (verdict !== 'rate_limited') return;
    this.#options.stats.authFailures.add('rate_limited');
    this.#options.stats.authRateLimited++;
  }
}
