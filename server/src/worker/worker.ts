import type { Socket } from 'node:net';
import { AddressFilter } from '../access/address-filter.ts';
import type { HotSettings, ServerConfig } from '../config/server-config.ts';
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
import { describeByPending, kick } from './connection-orders.ts';
import { ConnectionTable } from './connection-table.ts';
import { Departure } from './departure.ts';
import { Groups } from './groups.ts';
import { NO_SEND, SEND_BATCH, sendOneByOne, sendTogether, type SystemSendAll } from './send-batch.ts';
import { Rest } from './rest.ts';
import { passEvents } from './socket-events.ts';
import { SocketRoom } from './socket-room.ts';
import type { SocketWriter } from './socket-writer.ts';
import { slowest } from './slowest.ts';
import type { OpenLink } from './supervisor-link.ts';
import { SupervisorLink } from './supervisor-link.ts';
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
  openLink: OpenLink;
  report: (report: WorkerReport) => void;
  /** Unix ms. */
  now: () => number;
  /** Ms of the system-wide monotonic clock. */
  monotonicNow: () => number;
}

/** Accepts clients, runs their sessions, and writes the frames that the supervisor shares. */
export class Worker {
  readonly #options: WorkerOptions;
  #sessionOptions: SessionOptions;
  #hot: HotSettings;
  readonly #table: ConnectionTable<Connection> = new ConnectionTable();
  readonly #groups: Groups<Connection>;
  readonly #stats: WorkerStats = new WorkerStats();
  readonly #metrics: WorkerMetrics;
  readonly #host: ConnectionHost;
  readonly #congested: Set<SocketWriter> = new Set();
  readonly #rest: Rest;
  readonly #link: SupervisorLink;
  readonly #accounts: CloseAccounts;
  readonly #departure: Departure;
  readonly #clients: ClientListener;
  #filter: AddressFilter;
  readonly #room: SocketRoom;
  readonly #lag: EventLoopLag = new EventLoopLag();

  constructor(options: WorkerOptions) {
    this.#options = options;
    const { config, serverVersion, openLink } = options;
    const { authTimeoutMs, instanceId, hot } = config;
    this.#hot = hot;
    this.#sessionOptions = { authTimeoutMs, subscribeTimeoutMs: hot.subscribeTimeout, instanceId, serverVersion };
    this.#filter = new AddressFilter(hot.ipAllowlist, hot.ipBlocklist);
    this.#metrics = new WorkerMetrics(this.#stats, this.#congested);
    this.#accounts = new CloseAccounts(this.#stats, this.#metrics, options.logger);
    const libc = process.platform === 'linux' ? options.libc : undefined;
    // What goes over TLS needs its stream.
    this.#rest = new Rest(config.tls.isEnabled ? undefined : libc, options.monotonicNow);
    this.#groups = new Groups(this.#stats, sendAllThrough(libc));
    this.#host = {
      table: this.#table,
      groups: this.#groups,
      stats: this.#stats,
      metrics: this.#metrics,
      congested: this.#congested,
      systemSend: libc?.send,
      rest: this.#rest,
      settings: writeSettingsOf(hot),
      now: options.now,
      monotonicNow: options.monotonicNow,
      tellSupervisor: (message) => this.#link.tell(message),
      leave: (connection) => this.#leave(connection),
      onClosed: (connection, reason) => this.#onClosed(connection, reason),
    };
    const { now, monotonicNow } = options;
    this.#departure = new Departure({
      connections: () => this.#table.all(),
      now,
      monotonicNow,
      random: Math.random,
    });
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
    this.#link = new SupervisorLink({
      openLink,
      table: this.#table,
      groups: this.#groups,
      stats: this.#stats,
      metrics: this.#metrics,
      rest: this.#rest,
      monotonicNow,
      eventCount: () => performance.nodeTiming.uvMetricsInfo.events,
    });
    // Once what has come meanwhile is read: after a standstill of this process nobody is to blame for the silence.
    setInterval(() => setImmediate(() => this.#look()), SCAN_INTERVAL_MS);
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
        this.#options.report({
          type: 'connections',
          request: order.request,
          total: this.#table.size,
          rows: describeByPending(this.#table, order.limit, this.#options.monotonicNow()),
        });
        break;
      case 'kick':
        this.#options.report({ type: 'kicked', request: order.request, isFound: kick(this.#table, order.id) });
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
    passEvents(socket, connection);
    this.#stats.totalConnections++;
    this.#stats.activeConnections++;
    this.#link.tell({ type: 'open', slot, id, address });
    connection.raise({ kind: 'opened', waitedMs: this.#options.monotonicNow() - acceptedMs });
    if (this.#departure.isUnderWay) connection.close('server_draining');
    // The supervisor's look at the descriptors comes once a second; a rush of connections is faster.
    else if (this.#table.size + this.#clients.arrivals > this.#room.forSessions) connection.close('resource_breach');
  }

  #onClosed(connection: Connection, reason: CloseReason): void {
    const nowMs = this.#options.monotonicNow();
    this.#accounts.closed(reason, connection.address, nowMs - connection.openedMs);
    this.#link.tell({ type: 'closed', id: connection.id });
    void this.#reportWhenEmpty();
  }

  #leave(connection: Connection): void {
    if (connection.isSubscribed) this.#stats.subscriptions--;
    const { group } = connection;
    const groupMode = this.#groups.remove(connection);
    if (groupMode !== undefined) {
      this.#link.tell({ type: 'leave', mode: groupMode, group });
      return;
    }
    if (connection.session.mode === undefined) return;
    this.#link.tell({ type: 'withdraw', slot: connection.slot, id: connection.id });
  }

  #look(): void {
    this.#rest.poll();
    // A stream that was made just now reads in the next turn.
    setImmediate(() => this.#scan());
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

function sendAllThrough(libc: Libc | undefined): SystemSendAll {
  if (!libc) return sendOneByOne(NO_SEND);
  const aio = libc.openAio(SEND_BATCH);
  return aio ? sendTogether(aio, libc.send) : sendOneByOne(libc.send);
}
