import type { Feed, StreamMode } from '../feeds/feed.ts';
import type { SubscribeMessage } from '../link/control-message.ts';
import { CatchUps } from './catch-ups.ts';
import { EarlyClients } from './early-clients.ts';
import type { EncodeObserver } from './encode-observer.ts';
import { entryPoint } from './entry-point.ts';
import type { LatePolicy } from './late-ticks.ts';
import type { Outlet } from './outlet.ts';
import { Stream } from './stream.ts';
import { SymbolFilter } from './symbol-filter.ts';

/** Positions are served this much longer than clients are told: the answer takes its time to them and back. */
const HISTORY_GRACE_MS = 5_000;
/** A client that is catching up may read this far behind the history before it counts as too slow. */
const CATCH_UP_GRACE_MS = 30_000;

export interface HubOptions {
  feed: Feed;
  /** Ticks per batch; like all limits here it may change. */
  maxBatchSize: () => number;
  /** Ticks that one flush of a stream may send, MAX_TICKS_PER_FLUSH at most. */
  maxFlushTicks: () => number;
  /** How far back clients may begin, ms; 0 = only what is published from now on. */
  historyWindowMs: () => number;
  /** Frames that may wait for one connection. */
  maxWriteQueueFrames: () => number;
  /** What becomes of ticks for which it has become late. */
  latePolicy: () => LatePolicy;
  observer: EncodeObserver;
  /** Unix ms. */
  now: () => number;
  /** Milliseconds of the system-wide monotonic clock. */
  monotonicNow: () => number;
}

/**
 * Takes ticks from the feed, batches them per group, and hands them to the workers. Sans I/O: call {@link flush}
 * for the live end, and {@link catchUp} for those that are still on their way there.
 */
export class Hub {
  readonly #options: HubOptions;
  readonly #streams: Readonly<Record<StreamMode, Stream>>;
  readonly #outlets: Set<Outlet> = new Set();
  readonly #catchUps: CatchUps;
  readonly #early: EarlyClients = new EarlyClients();

  constructor(options: HubOptions) {
    this.#options = options;
    const { maxBatchSize } = options;
    const nowMs = options.now();
    this.#streams = { 1: new Stream(1, options, nowMs), 2: new Stream(2, options, nowMs) };
    this.#catchUps = new CatchUps({
      maxBatchSize,
      maxFramesInFlight: options.maxWriteQueueFrames,
      earliest: (stream, at) =>
        stream.earliestSince(at - options.historyWindowMs() - HISTORY_GRACE_MS - CATCH_UP_GRACE_MS),
    });
  }

  get epoch(): string {
    return this.#options.feed.epoch;
  }

  get groupCount(): number {
    return this.#streams[1].groupCount + this.#streams[2].groupCount;
  }

  /** Connections that are on their way to the live end. */
  get catchUpCount(): number {
    return this.#catchUps.size;
  }

  /** {@link catchUp} has something to do, or will have as soon as a worker is less busy. */
  get hasCatchUpWork(): boolean {
    return this.#catchUps.hasReady;
  }

  /** Groups of one mode. */
  groupsOf(mode: StreamMode): number {
    return this.#streams[mode].groupCount;
  }

  /** The last flush left ticks over that were due: flush again before the next window. */
  get hasMoreDue(): boolean {
    return this.#streams[1].hasMoreDue || this.#streams[2].hasMoreDue;
  }

  /** Ticks that were left out of every stream because it was late. */
  get ticksOmitted(): number {
    return this.#streams[1].ticksOmitted + this.#streams[2].ticksOmitted;
  }

  /** How long the oldest tick that is still to be published has been held up beyond the window, ms. */
  get delayMs(): number {
    const nowMs = this.#options.now();
    return Math.max(this.#streams[1].delayMs(nowMs), this.#streams[2].delayMs(nowMs));
  }

  /** The last published position of a mode's stream. */
  position(mode: StreamMode): number {
    return this.#streams[mode].position;
  }

  /** The first position of a mode's stream that clients may begin from. @param nowMs unix ms */
  earliest(mode: StreamMode, nowMs: number): number {
    const stream = this.#streams[mode];
    const historyWindowMs = this.#options.historyWindowMs();
    return historyWindowMs === 0 ? stream.position + 1 : stream.earliestSince(nowMs - historyWindowMs);
  }

  /** What the members of a group asked for; undefined when there is no such group. */
  filterOf(mode: StreamMode, group: number): string | undefined {
    return this.#streams[mode].filterOf(group);
  }

  addOutlet(outlet: Outlet): void {
    this.#outlets.add(outlet);
  }

  /** A worker is gone. */
  removeOutlet(outlet: Outlet): void {
    this.#outlets.delete(outlet);
    this.#streams[1].dropOutlet(outlet);
    this.#streams[2].dropOutlet(outlet);
    this.#catchUps.dropOutlet(outlet);
    this.#early.dropOutlet(outlet);
  }

  /**
   * Publishes what is due, unless a worker is still busy with what it has: then the ticks wait in the feed and
   * the next batch is larger.
   * @returns the number of ticks, or undefined when it had to wait
   */
  flush(): number | undefined {
    for (const outlet of this.#outlets) if (!outlet.hasCredit) return undefined;
    const nowMs = this.#options.now();
    const flushedMs = this.#options.monotonicNow();
    const ticks = this.#streams[1].flush(nowMs, flushedMs) + this.#streams[2].flush(nowMs, flushedMs);
    // The flush may have gone beyond their positions: what they lack of it is brought to them.
    for (const { stream, subscriber, position } of this.#early.takeDue()) {
      this.#catchUps.add(stream, subscriber, position);
    }
    return ticks;
  }

  /**
   * Brings those that are behind nearer to the live end.
   * @param isOver is asked after each frame whether that is enough
   */
  catchUp(isOver: () => boolean): void {
    this.#catchUps.run(this.#options.now(), isOver);
  }

  /** A connection's socket has taken a frame of its catch-up. */
  onTaken(outlet: Outlet, id: number, bytes: number): void {
    this.#catchUps.onTaken(outlet, id, bytes);
  }

  /** Answers a subscription: `declined`, or `accepted` and, now or when it has come to the live end, `joined`. */
  subscribe(outlet: Outlet, message: SubscribeMessage): void {
    const { slot, id, mode, request } = message;
    const { feed, now } = this.#options;
    const historyWindowMs = this.#options.historyWindowMs();
    const stream = this.#streams[mode];
    const { position } = stream;
    const nowMs = now();
    const next = position + 1;
    const earliest = this.earliest(mode, nowMs);
    const earliestServed = earliest === next ? next : stream.earliestSince(nowMs - historyWindowMs - HISTORY_GRACE_MS);
    const entry = entryPoint(message, { feed, mode, position, earliest, earliestServed }, nowMs);
    const reach = { epoch: this.epoch, earliestSequence: earliest };
    if (entry.kind === 'declined') {
      const { code, message: text, details } = entry;
      outlet.sendControl({ type: 'declined', slot, id, code, message: text, details, ...reach });
      return;
    }
    outlet.sendControl({ type: 'accepted', slot, id, streamSequence: position, ...reach });
    const subscriber = { outlet, connection: { slot, id }, filter: new SymbolFilter(request.symbols) };
    if (entry.kind === 'snapshot') stream.join(subscriber, nowMs, 'snapshot');
    else if (entry.position > position) this.#early.add({ stream, subscriber, position: entry.position });
    else if (entry.position === position) stream.join(subscriber, nowMs, 'first');
    else this.#catchUps.add(stream, subscriber, entry.position);
  }

  leave(outlet: Outlet, mode: StreamMode, group: number): void {
    this.#streams[mode].leave(outlet, group);
  }

  /** A connection is gone that was not yet a member of a group. */
  withdraw(outlet: Outlet, id: number): void {
    this.#early.remove(outlet, id);
    this.#catchUps.remove(outlet, id);
  }
}
