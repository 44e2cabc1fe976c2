import type { Socket } from 'node:net';
import { AddressFilter } from '../access/address-filter.ts';
import type { HotSettings, ServerConfig } from '../config/server-config.ts';
import type { ConnectionRow } from '../link/connection-row.ts';
import type { ControlMessage, ToSupervisor, Verdict } from '../link/control-message.ts';
import { isToWorker } from '../link/control-message.ts';
import type { BatchPacket, Packet } from '../link/packet.ts';
import { LinkWriter } from '../link/link-writer.ts';
import { encodeControl, encodeCredit, encodeTaken, PacketDecoder } from '../link/packet.ts';
import type { MetricsSnapshot, SupervisorOrder, WorkerReport } from '../link/process-message.ts';
import type { Libc } from '../limits/libc.ts';
import type { Logger } from '../ops/logger.ts';
import { EventLoopLag } from '../resources/event-loop-lag.ts';
import { collectGarbage } from '../resources/garbage.ts';
import type { CloseReason } from '../session/close-reason.ts';
import type { SessionOptions } from '../session/session.ts';
import { Session } from '../session/session.ts';
import { excessOf } from './arrival-limits.ts';
import type { Arrival } from './arrivals.ts';
import { ClientListener } from './client-listener.ts';
import { CloseAccounts } from './close-accounts.ts';
import type { ConnectionHost } from './connection.ts';
import { Connection } from './connection.ts';
import { ConnectionTable } from './connection-table.ts';
import { Departure } from './departure.ts';
import { Groups } from './groups.ts';
import { SocketRoom } from './socket-room.ts';
import type { SocketWriter } from './socket-writer.ts';
import { slowest } from './slowest.ts';
import { waitingBytes, WorkerMetrics } from './worker-metrics.ts';
import { WorkerStats } from './worker-stats.ts';
import { writeSettingsOf } from './write-settings.ts';

const SCAN_INTERVAL_MS = 100;
const LOAD_INTERVAL_MS = 1_000;

export interface WorkerOptions {
  config: ServerConfig;
  serverVersion: string;
  logger: Logger;
  /** undefined where the C library cannot be called. */
  libc: Libc | undefined;
  /** The ordered byte channel to the supervisor. */
  link: Socket;
  report: (report: WorkerReport) => void;
  /** Unix ms. */
  now: () => number;
  /** Ms of the system-wide monotonic clock. */
  monotonicNow: () => number;
}

/** The connection of a socket: event handlers are shared and find it here. */
const connections = new WeakMap<Socket, Connection>();

function onData(this: Socket, chunk: Buffer): void {
  connections.get(this)?.onData(chunk);
}

function onEnd(this: Socket): void {
  connections.get(this)?.onEnd();
}

function onClose(this: Socket, hadError: boolean): void {
  connections.get(this)?.onSocketClosed(hadError);
}

/** An 'error' is always followed by 'close', which handles it. */
function onError(): void {}

/** Accepts clients, runs their sessions, and writes the frames that the supervisor shares. */
export class Worker {
  readonly #options: WorkerOptions;
  #sessionOptions: SessionOptions;
  #hot: HotSettings;
  readonly #table: ConnectionTable<Connection> = new ConnectionTable();
  readonly #groups: Groups = new Groups();
  readonly #stats: WorkerStats = new WorkerStats();
  readonly #metrics: WorkerMetrics;
  readonly #host: ConnectionHost;
  readonly #congested: Set<SocketWriter> = new Set();
  readonly #link: LinkWriter;
  readonly #packets: PacketDecoder = new PacketDecoder();
  readonly #accounts: CloseAccounts;
  readonly #departure: Departure;
  readonly #clients: ClientListener;
  #filter: AddressFilter;
  readonly #room: SocketRoom;
  readonly #lag: EventLoopLag = new EventLoopLag();

  constructor(options: WorkerOptions) {
    this.#options = options;
    const { config, serverVersion, link } = options;
    const { authTimeoutMs, instanceId, hot } = config;
    this.#hot = hot;
    this.#sessionOptions = { authTimeoutMs, subscribeTimeoutMs: hot.subscribeTimeout, instanceId, serverVersion };
    this.#filter = new AddressFilter(hot.ipAllowlist, hot.ipBlocklist);
    this.#metrics = new WorkerMetrics(this.#stats, this.#congested);
    this.#accounts = new CloseAccounts(this.#stats, this.#metrics, options.logger);
    this.#host = {
      table: this.#table,
      stats: this.#stats,
      metrics: this.#metrics,
      congested: this.#congested,
      settings: writeSettingsOf(hot),
      now: options.now,
      monotonicNow: options.monotonicNow,
      tellSupervisor: (message) => this.#tell(message),
      leave: (connection) => this.#leave(connection),
      onClosed: (connection, reason) => this.#onClosed(connection, reason),
    };
    const { now, monotonicNow } = options;
    this.#departure = new Departure({ connections: () => this.#table.all(), now, monotonicNow });
    this.#clients = new ClientListener({
      config,
      libc: options.libc,
      monotonicNow: options.monotonicNow,
      admits: (address) => this.#filter.admits(address),
      excess: (counts) => excessOf(counts, this.#table.size, this.#hot, this.#room),
      onConnection: (socket, arrival) => this.#onConnection(socket, arrival),
      onUnborn: (reason, arrival, problem) => this.#onUnborn(reason, arrival, problem),
      onAcceptFailed: (error) => this.#accounts.acceptFailed(error),
      onStopped: () => void this.#reportWhenEmpty(),
    });
    this.#room = new SocketRoom(options.libc, config.monitor.hardPercent);
    this.#link = new LinkWriter(link);
    link.on('data', (chunk: Buffer) => this.#onLinkData(chunk));
    // Once what has come meanwhile is read: after a standstill of this process nobody is to blame for the silence.
    setInterval(() => setImmediate(() => this.#scan()), SCAN_INTERVAL_MS);
    setInterval(() => {
      options.report({ type: 'load', lagMs: this.#lag.takeMax(), waitingBytes: waitingBytes(this.#congested) });
    }, LOAD_INTERVAL_MS);
  }

  async handle(order: SupervisorOrder): Promise<void> {
    switch (order.type) {
      case 'tls':
        this.#clients.useTls(order.material);
        break;
      case 'listen':
        this.#departure.stay();
        await this.#listen(order.port);
        break;
      case 'settings':
        this.#applySettings(order.hot);
        break;
      case 'metrics':
        this.#options.report({ type: 'metrics', request: order.request, metrics: await this.#readMetrics() });
        break;
      case 'connections':
        this.#options.report({ type: 'connections', request: order.request, ...this.#describe(order.limit) });
        break;
      case 'kick':
        this.#options.report({ type: 'kicked', request: order.request, isFound: this.#kick(order.id) });
        break;
      case 'collect_garbage':
        collectGarbage(this.#options.libc);
        break;
      case 'shed':
        for (const writer of slowest(this.#congested, order.bytes)) writer.shed();
        break;
      case 'drain':
        this.#clients.stop();
        this.#departure.leave(order.reason, order.windowMs);
        void this.#reportWhenEmpty();
        break;
      case 'park':
        this.#clients.stop();
        this.#departure.park(order.windowMs);
        break;
      case 'rebalance':
        this.#departure.rebalance(order.connections, order.perSecond);
        break;
    }
  }

  /** The connections with the most bytes waiting. */
  #describe(limit: number): { rows: ConnectionRow[]; total: number } {
    const nowMs = this.#options.monotonicNow();
    const all = this.#table.all().map((connection) => ({ connection, pending: connection.pendingBytes }));
    all.sort((a, b) => b.pending - a.pending || a.connection.id - b.connection.id);
    return { rows: all.slice(0, limit).map(({ connection }) => connection.describe(nowMs)), total: all.length };
  }

  #kick(id: number): boolean {
    const connection = this.#table.all().find((each) => each.id === id);
    if (!connection || connection.isClosing) return false;
    connection.close('kicked');
    return true;
  }

  async #listen(port: number): Promise<void> {
    try {
      const result = await this.#clients.listen(port);
      if (this.#departure.isUnderWay) {
        this.#clients.stop();
        return;
      }
      this.#room.measure(this.#table.size + this.#clients.arrivals);
      if (result.bufferProblem !== undefined) {
        this.#options.logger.warn('socket buffer sizes have no effect', { reason: result.bufferProblem });
      }
      this.#options.report({ type: 'listening', host: result.host, port: result.port });
    } catch (error) {
      this.#options.report({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  }

  #onUnborn(reason: CloseReason, { address, acceptedMs }: Arrival, problem?: string): void {
    const nowMs = this.#options.monotonicNow();
    this.#accounts.unborn(reason, address, nowMs - acceptedMs, problem);
    void this.#reportWhenEmpty();
  }

  #onConnection(socket: Socket, arrival: Arrival): void {
    const { address, acceptedMs } = arrival;
    const slot = this.#table.takeSlot();
    const id = this.#table.takeId();
    const connection = new Connection(this.#host, socket, slot, id, arrival, new Session(this.#sessionOptions));
    this.#table.set(slot, connection);
    connections.set(socket, connection);
    socket.on('data', onData);
    socket.on('end', onEnd);
    socket.on('close', onClose);
    socket.on('error', onError);
    this.#stats.totalConnections++;
    this.#stats.activeConnections++;
    this.#tell({ type: 'open', slot, id, address });
    connection.raise({ kind: 'opened', waitedMs: this.#options.monotonicNow() - acceptedMs });
    if (this.#departure.isUnderWay) connection.close('server_draining');
    // The supervisor's look at the descriptors comes once a second; a rush of connections is faster.
    else if (this.#table.size + this.#clients.arrivals > this.#room.forSessions) connection.close('resource_breach');
  }

  #onClosed(connection: Connection, reason: CloseReason): void {
    const nowMs = this.#options.monotonicNow();
    this.#accounts.closed(reason, connection.address, nowMs - connection.openedMs);
    this.#tell({ type: 'closed', id: connection.id });
    void this.#reportWhenEmpty();
  }

  #leave(connection: Connection): void {
    if (connection.isSubscribed) this.#stats.subscriptions--;
    const { group } = connection;
    const groupMode = this.#groups.remove(connection);
    if (groupMode !== undefined) {
      this.#tell({ type: 'leave', mode: groupMode, group });
      return;
    }
    if (connection.session.mode === undefined) return;
    this.#tell({ type: 'withdraw', slot: connection.slot, id: connection.id });
  }

  #tell(message: ToSupervisor): void {
    this.#link.write(encodeControl(message));
  }

  #onLinkData(chunk: Buffer): void {
    const startedMs = this.#options.monotonicNow();
    for (const packet of this.#packets.push(chunk)) this.#onPacket(packet);
    this.#link.write(encodeCredit(chunk.length, this.#options.monotonicNow() - startedMs));
  }

  #onPacket(packet: Packet): void {
    switch (packet.kind) {
      case 'batch':
        this.#fanOut(packet);
        break;
      case 'direct':
        this.#table.get(packet.slot, packet.id)?.send(packet.frame);
        break;
      case 'catch_up': {
        const { slot, id, frame } = packet;
        // A copy: while it waits for its client it is not to keep all that came over the link with it.
        this.#table.get(slot, id)?.send(Buffer.from(frame), () => {
          this.#link.write(encodeTaken(id, frame.length));
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
    const count = this.#groups.fanOut(packet, () => {
      this.#metrics.writeLatency.observe((this.#options.monotonicNow() - startedMs) / 1_000);
    });
    if (count === 0) return;
    this.#metrics.publishLatency.observe((this.#options.monotonicNow() - packet.flushedMs) / 1_000);
  }

  #onControl(message: ControlMessage): void {
    if (!isToWorker(message)) return;
    const connection = this.#table.get(message.slot, message.id);
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
        this.#stats.subscriptions++;
        connection.raise({ kind: 'accepted', position: message });
        break;
      }
      case 'declined':
        connection?.raise({ kind: 'declined', answer: message });
        break;
      case 'joined': {
        const { mode, group, awaitsEpoch } = message;
        if (!connection || connection.isClosing) {
          this.#tell({ type: 'leave', mode, group });
          break;
        }
        this.#groups.add(group, mode, connection);
        connection.awaitsEpoch = awaitsEpoch;
        break;
      }
    }
  }

  #countVerdict(verdict: Verdict): void {
    if (verdict === 'granted') this.#stats.authSuccesses++;
    if (verdict === 'denied') this.#stats.authFailures.add('invalid_credentials');
    if (verdict === 'overloaded') this.#stats.authFailures.add('overloaded');
    if (verdict !== 'rate_limited') return;
    this.#stats.authFailures.add('rate_limited');
    this.#stats.authRateLimited++;
  }

  #scan(): void {
    const nowMs = this.#options.monotonicNow();
    this.#table.scan(nowMs, this.#hot.heartbeatTimeoutMs);
    for (const writer of this.#congested) if (!writer.check(nowMs)) this.#congested.delete(writer);
    this.#clients.checkDeadlines(nowMs);
    this.#departure.step(nowMs);
    if (this.#departure.isWindowOver) this.#clients.abandonArrivals();
  }

  #applySettings(hot: HotSettings): void {
    this.#hot = hot;
    this.#sessionOptions = { ...this.#sessionOptions, subscribeTimeoutMs: hot.subscribeTimeout };
    this.#filter = new AddressFilter(hot.ipAllowlist, hot.ipBlocklist);
    this.#host.settings = writeSettingsOf(hot);
    this.#options.logger.setLevel(hot.logLevel);
  }

  #readMetrics(): Promise<MetricsSnapshot> {
    return this.#metrics.registry.getMetricsAsJSON();
  }

  async #reportWhenEmpty(): Promise<void> {
    if (!this.#departure.isForGood || this.#table.size > 0 || this.#clients.hasArrivals) return;
    this.#options.report({ type: 'drained', metrics: await this.#readMetrics() });
  }
}
