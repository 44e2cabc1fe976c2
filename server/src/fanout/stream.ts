import { encodeBatchTick } from '@tick-storm/protocol';
import type { Feed, SequencedTick, StreamMode } from '../feeds/feed.ts';
import type { ConnectionRef } from '../link/control-message.ts';
import { traceFlush } from './flush-channel.ts';
import type { Group } from './group.ts';
import { GroupIndex } from './group-index.ts';
import type { Outlet } from './outlet.ts';
import type { SymbolFilter } from './symbol-filter.ts';

/** Ticks of one flush; what is due beyond them goes with the next one. */
const MAX_TICKS_PER_FLUSH = 10_000;

/** One connection that is to get a stream. */
export interface Subscriber {
  outlet: Outlet;
  connection: ConnectionRef;
  symbols: readonly string[];
}

interface Latest {
  item: SequencedTick;
  /** Made when it is first needed. */
  encoded: Buffer | undefined;
}

/** One mode's stream: how far it is published, the last tick per symbol, and who gets it. */
export class Stream {
  readonly mode: StreamMode;
  /** The last published position. */
  position: number;
  /** The last flush left ticks over that were due. */
  hasMoreDue = false;
  readonly #feed: Feed;
  readonly #maxBatchSize: () => number;
  readonly #groups: GroupIndex;
  readonly #latest: Map<string, Latest> = new Map();
  /** Clients that are ahead of this pod: each joins when the stream has come to its position. */
  #waiting: { position: number; subscriber: Subscriber }[] = [];

  constructor(mode: StreamMode, feed: Feed, maxBatchSize: () => number, nowMs: number) {
    this.mode = mode;
    this.#feed = feed;
    this.#maxBatchSize = maxBatchSize;
    this.#groups = new GroupIndex(mode);
    this.position = feed.dueSequence(mode, nowMs);
    for (const item of feed.latest(mode, this.position))
      this.#latest.set(item.tick.symbol, { item, encoded: undefined });
  }

  /** What the members of a group asked for, in normal form. */
  filterOf(group: number): string | undefined {
    return this.#groups.byId(group)?.filter.key;
  }

  get groupCount(): number {
    return this.#groups.size;
  }

  /**
   * Publishes what is due: every group's batch is encoded once and given to each outlet with members.
   * @param nowMs unix ms
   * @param flushedMs the same moment on the monotonic clock
   * @returns the number of ticks
   */
  flush(nowMs: number, flushedMs: number): number {
    const due = this.#feed.dueSequence(this.mode, nowMs);
    this.hasMoreDue = false;
    if (due <= this.position) return 0;
    const nearest = this.#waiting.reduce((least, { position }) => Math.min(least, position), Infinity);
    const to = Math.min(due, this.position + MAX_TICKS_PER_FLUSH, nearest);
    this.hasMoreDue = to < due;
    traceFlush({ mode: this.mode, sequence: this.position + 1, monotonicMs: flushedMs });
    const ticks = this.#feed.read(this.mode, this.position + 1, to);
    const touched: Group[] = [];
    for (const item of ticks) {
      const groups = this.#groups.matching(item.tick.symbol);
      const encoded = groups.size > 0 ? encodeBatchTick(item.tick) : undefined;
      this.#latest.set(item.tick.symbol, { item, encoded });
      if (encoded) for (const group of groups) if (group.add(encoded, item.sequence)) touched.push(group);
    }
    this.position = to;
    for (const group of touched) this.#send(group, nowMs, flushedMs);
    this.#admitWaiting(nowMs);
    return ticks.length;
  }

  /**
   * Makes a connection a member of its filter's group.
   * @param withSnapshot send the last tick per symbol first
   */
  join({ outlet, connection, symbols }: Subscriber, nowMs: number, withSnapshot: boolean): void {
    const group = this.#groups.obtain(symbols, (filter) => this.#lastMatching(filter));
    const ticks = withSnapshot ? this.#snapshotTicks(group.filter) : [];
    const frames = group.snapshot(ticks, nowMs, this.position, this.#feed.epoch, this.#maxBatchSize());
    const awaitsEpoch = frames.length === 0;
    if (awaitsEpoch) group.isEpochAwaited = true;
    group.members.set(outlet, (group.members.get(outlet) ?? 0) + 1);
    outlet.sendControl({ type: 'joined', ...connection, mode: this.mode, group: group.id, awaitsEpoch });
    for (const frame of frames) outlet.sendDirect(connection.slot, connection.id, frame);
  }

  /** Joins a connection when the stream has come to a position that is still ahead. */
  joinAt(position: number, subscriber: Subscriber): void {
    this.#waiting.push({ position, subscriber });
  }

  /** Takes back a {@link joinAt}. */
  withdraw(outlet: Outlet, id: number): void {
    this.#waiting = this.#waiting.filter(
      ({ subscriber }) => subscriber.outlet !== outlet || subscriber.connection.id !== id,
    );
  }

  /** One member of a group is gone. */
  leave(outlet: Outlet, groupId: number): void {
    const group = this.#groups.byId(groupId);
    const count = group?.members.get(outlet);
    if (!group || count === undefined) return;
    if (count > 1) group.members.set(outlet, count - 1);
    else this.#dropMember(group, outlet);
  }

  /** An outlet is gone with all its connections. */
  dropOutlet(outlet: Outlet): void {
    this.#waiting = this.#waiting.filter(({ subscriber }) => subscriber.outlet !== outlet);
    for (const group of this.#groups.all()) this.#dropMember(group, outlet);
  }

  #dropMember(group: Group, outlet: Outlet): void {
    group.members.delete(outlet);
    if (group.members.size === 0) this.#groups.remove(group);
  }

  #send(group: Group, nowMs: number, flushedMs: number): void {
    for (const { frame, frameWithEpoch } of group.flush(nowMs, this.#feed.epoch, this.#maxBatchSize())) {
      for (const outlet of group.members.keys()) outlet.sendBatch(group.id, flushedMs, frame, frameWithEpoch);
    }
  }

  #admitWaiting(nowMs: number): void {
    const due = this.#waiting.filter(({ position }) => position <= this.position);
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter(({ position }) => position > this.position);
    for (const { subscriber } of due) this.join(subscriber, nowMs, false);
  }

  #lastMatching(filter: SymbolFilter): number {
    let last = 0;
    for (const [symbol, { item }] of this.#latest) if (filter.matches(symbol)) last = Math.max(last, item.sequence);
    return last;
  }

  #snapshotTicks(filter: SymbolFilter): Buffer[] {
    const ticks: Buffer[] = [];
    for (const [symbol, latest] of this.#latest) {
      if (!filter.matches(symbol)) continue;
      latest.encoded ??= encodeBatchTick(latest.item.tick);
      ticks.push(latest.encoded);
    }
    return ticks;
  }
}
