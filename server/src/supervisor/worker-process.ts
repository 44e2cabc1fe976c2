import type { ChildProcess } from 'node:child_process';
import { Duplex } from 'node:stream';
import type { Outlet } from '../fanout/outlet.ts';
import type { ControlMessage, RefuseMessage, SubscribeMessage, ToWorker } from '../link/control-message.ts';
import { LinkWriter } from '../link/link-writer.ts';
import { encodeBatch, encodeCatchUp, encodeControl, encodeDirect, PacketDecoder } from '../link/packet.ts';
import type { LimitOutcome } from '../limits/process-limits.ts';
import { LagWindow } from '../resources/lag-window.ts';
import type { MetricsSnapshot, SupervisorOrder, WorkerReport } from '../link/process-message.ts';
import { LinkCredit } from './link-credit.ts';

/** Place of the link among the child's descriptors: 0-2 are the standard streams, 3 is Node's IPC. */
export const LINK_DESCRIPTOR = 4;

export interface WorkerEvents {
  onMessage: (worker: WorkerProcess, message: ControlMessage) => void;
  /** A connection's socket has taken a catch-up frame. */
  onTaken: (worker: WorkerProcess, id: number, bytes: number) => void;
  onReport: (worker: WorkerProcess, report: WorkerReport) => void;
  onExit: (worker: WorkerProcess, how: string) => void;
}

/** The supervisor's side of one worker: its process, the ordered link to it, and the credit on that link. */
export class WorkerProcess implements Outlet {
  readonly index: number;
  /** Its program runs and takes orders. */
  hasStarted = false;
  isListening = false;
  /** What became of its process limits. */
  limits: readonly LimitOutcome[] = [];
  readonly lag: LagWindow = new LagWindow();
  /** Bytes that its slow clients have not taken, up to a second ago. */
  waitingBytes = 0;
  isLeaving = false;
  /** Its last metrics, which outlive it. */
  lastMetrics: MetricsSnapshot = [];
  readonly #child: ChildProcess;
  readonly #link: LinkWriter;
  readonly #packets: PacketDecoder = new PacketDecoder();
  readonly #credit: LinkCredit;
  /** Connections that are open and were not refused. */
  #connections = 0;
  /** Subscriptions that wait for credit: each is answered with a snapshot. */
  #deferred: SubscribeMessage[] = [];
  readonly #refused: Set<number> = new Set();
  #busyMs = 0;

  constructor(index: number, child: ChildProcess, monotonicNow: () => number, events: WorkerEvents) {
    this.index = index;
    this.#child = child;
    this.#credit = new LinkCredit(monotonicNow);
    const link: unknown = child.stdio[LINK_DESCRIPTOR];
    if (!(link instanceof Duplex)) throw new Error('the worker has no link');
    this.#link = new LinkWriter(link);
    link.on('data', (chunk: Buffer) => this.#onLinkData(chunk, events));
    // Comes when the worker dies while something is written; its exit says what happened.
    link.on('error', () => {});
    child.on('message', (report: unknown) => {
      if (isReport(report)) events.onReport(this, report);
    });
    const end = (how: string): void => {
      link.destroy();
      events.onExit(this, how);
    };
    child.on('error', (error) => {
      // Without a process (the system had none to give) no 'exit' follows.
      if (child.pid === undefined) end(error.message);
    });
    child.once('exit', (code, signal) => end(signal ? `signal ${signal}` : `exit code ${code}`));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The value of a metric without labels, by its last ones. */
  metric(name: string): number {
    return this.lastMetrics.find((metric) => metric.name === name)?.values[0]?.value ?? 0;
  }

  get connections(): number {
    return this.#connections;
  }

  get hasCredit(): boolean {
    return this.#credit.hasFlush;
  }

  get hasSpareCredit(): boolean {
    return this.#credit.hasSpareBytes;
  }

  /** Since when it has had no credit; undefined = it has. */
  get blockedSinceMs(): number | undefined {
    return this.#credit.usedUpSinceMs;
  }

  /** Counts the time without credit from now on. */
  restartBlockedTime(): void {
    this.#credit.restartTime();
  }

  /** For how long it has worked on packets since this was called last. */
  takeBusyMs(): number {
    const busyMs = this.#busyMs;
    this.#busyMs = 0;
    return busyMs;
  }

  countOpened(): void {
    this.#connections++;
  }

  /** The connection must go, and from now on it does not count. */
  refuse(refusal: Omit<RefuseMessage, 'type'>): void {
    if (this.#refused.has(refusal.id)) return;
    this.#connections--;
    this.#refused.add(refusal.id);
    this.sendControl({ type: 'refuse', ...refusal });
  }

  countClosed(id: number): void {
    if (!this.#refused.delete(id)) this.#connections--;
  }

  sendBatch(group: number, flushedMs: number, frame: Buffer, frameWithEpoch: Buffer): void {
    const packet = encodeBatch(group, flushedMs, frame, frameWithEpoch);
    this.#credit.giveOfFlush(packet.length, flushedMs);
    this.#link.writeUrgent(packet);
  }

  sendDirect(slot: number, id: number, frame: Buffer): void {
    this.#give(encodeDirect(slot, id, frame));
  }

  sendCatchUp(slot: number, id: number, frame: Buffer): void {
    this.#give(encodeCatchUp(slot, id, frame));
  }

  sendControl(message: ToWorker): void {
    this.#give(encodeControl(message));
  }

  /** Sends over IPC; a worker that is gone is not told. */
  order(order: SupervisorOrder): void {
    if (this.#child.connected) this.#child.send(order, () => {});
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Lets a worker go that has closed all its connections: it ends when the channel does. */
  dismiss(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  #give(packet: Buffer): void {
    this.#credit.give(packet.length);
    this.#link.write(packet);
  }

  #onLinkData(chunk: Buffer, events: WorkerEvents): void {
    for (const { packet } of this.#packets.push(chunk)) {
      if (packet.kind === 'control') this.#onMessage(packet.message, events);
      if (packet.kind === 'taken') events.onTaken(this, packet.id, packet.bytes);
      if (packet.kind === 'credit') this.#onCredit(packet.bytes, packet.busyMs, events);
    }
  }

  #onMessage(message: ControlMessage, events: WorkerEvents): void {
    // The end of a connection must not overtake its subscription: that would then stand for ever.
    if (message.type === 'withdraw') this.#deferred = this.#deferred.filter(({ id }) => id !== message.id);
    if (message.type === 'subscribe' && !this.#credit.hasBytes) this.#deferred.push(message);
    else events.onMessage(this, message);
  }

  #onCredit(bytes: number, busyMs: number, events: WorkerEvents): void {
    this.#busyMs += busyMs;
    this.#credit.pass(bytes);
    let done = 0;
    while (done < this.#deferred.length && this.#credit.hasBytes) events.onMessage(this, this.#deferred[done++]!);
    this.#deferred.splice(0, done);
  }
}

function isReport(message: unknown): message is WorkerReport {
  return typeof message === 'object' && message !== null && 'type' in message;
}
