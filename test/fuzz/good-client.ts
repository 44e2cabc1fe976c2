import { ackOf, batchOf, heartbeatFrame, pongOf, sequencesOf } from '../wire/messages.ts';
import { RawConnection } from '../wire/raw-connection.ts';
import { TYPE } from '../wire/raw-frame.ts';
import { PASSWORD, USERNAME, type ServerProcess } from '../wire/server-process.ts';

const HEARTBEAT_MS = 500;

export interface GoodClientReport {
  ticks: number;
  firstSequence: number;
  lastSequence: number;
  pongs: number;
  longestPongMs: number;
  /** What was not as it must be; empty when nothing disturbed it. */
  problems: string[];
}

/** A client that does everything right, and counts every tick by its sequence. */
export class GoodClient {
  readonly #connection: RawConnection;
  readonly #heartbeats: NodeJS.Timeout;
  readonly #sentMs: number[] = [];
  /** Frames that were looked at for PONGs. */
  #seen = 0;
  #pongs = 0;
  #longestPongMs = 0;

  private constructor(connection: RawConnection) {
    this.#connection = connection;
    connection.socket.on('data', () => this.#takePongs());
    this.#heartbeats = setInterval(() => {
      this.#sentMs.push(performance.now());
      connection.send(heartbeatFrame(Date.now(), this.#sentMs.length));
    }, HEARTBEAT_MS);
  }

  /** Connects, authenticates and subscribes to every tick. */
  static async open(server: ServerProcess): Promise<GoodClient> {
    const connection = await RawConnection.open(server.port, server.tls ? { tls: server.tls } : {});
    await connection.auth({ username: USERNAME, password: PASSWORD });
    const ack = ackOf(await connection.subscribe({ mode: 1 }));
    if (!ack.success) throw new Error(`SUBSCRIBE is answered with ${ack.message}`);
    await connection.nextOf(TYPE.DATA_BATCH);
    return new GoodClient(connection);
  }

  /** Waits for some more ticks and for every PONG, ends the connection and tells what it got. */
  async close(): Promise<GoodClientReport> {
    clearInterval(this.#heartbeats);
    const { frames } = this.#connection;
    const before = frames.length;
    await this.#connection.until(
      () => (frames.length > before + 10 && this.#pongs === this.#sentMs.length) || this.#connection.isClosed,
      'more ticks and the last PONG',
    );
    const problems = this.#connection.isClosed ? ['it was closed'] : [];
    this.#connection.close();
    const live = frames
      .filter(({ type }) => type === TYPE.DATA_BATCH)
      .map(batchOf)
      .filter(({ isSnapshot }) => !isSnapshot);
    const sequences = live.flatMap(sequencesOf);
    for (const [index, sequence] of sequences.entries()) {
      if (index > 0 && sequence !== sequences[index - 1]! + 1) {
        problems.push(`tick ${sequence} came after tick ${sequences[index - 1]}`);
      }
    }
    for (const [index, { batchSequence, omitted }] of live.entries()) {
      if (batchSequence !== live[0]!.batchSequence + index) problems.push(`batch ${batchSequence} at place ${index}`);
      if (omitted > 0) problems.push(`${omitted} ticks omitted`);
    }
    return {
      ticks: sequences.length,
      firstSequence: sequences[0]!,
      lastSequence: sequences.at(-1)!,
      pongs: this.#pongs,
      longestPongMs: this.#longestPongMs,
      problems,
    };
  }

  #takePongs(): void {
    const { frames } = this.#connection;
    for (; this.#seen < frames.length; this.#seen += 1) {
      const received = frames[this.#seen]!;
      if (received.type !== TYPE.PONG) continue;
      this.#pongs += 1;
      const sentMs = this.#sentMs[pongOf(received).sequence - 1]!;
      this.#longestPongMs = Math.max(this.#longestPongMs, performance.now() - sentMs);
    }
  }
}
