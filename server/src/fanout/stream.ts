import { encodeBatchTick } from '@tick-storm/protocol';
import type { Feed, Selection, SequencedTick, StreamMode } from '../feeds/feed.ts';
import type { ConnectionRef } from '../link/control-message.ts';
import type { EncodeObserver } from './encode-observer.ts';
import { EncodedTicks } from './encoded-ticks.ts';
import { traceFlush } from './flush-channel.ts';
import { flushEnd } from './flush-end.ts';
import type { Group, GroupFrame } from './group.ts';
import { GroupIndex } from './group-index.ts';
import type { LatePolicy } from './late-ticks.ts';
import { keptOf } from './late-ticks.ts';
import type { Outlet } from './outlet.ts';
import { packFrames } from './pack-frames.ts';
import type { SymbolFilter } from './symbol-filter.ts';

export interface StreamOptions {
  feed: Feed;
  /** Ticks per batch; it may change. */
  maxBatchSize: () => number;
  /** Ticks that one flush may send, MAX_TICKS_PER_FLUSH at most; it may change. */
  maxFlushTicks: () => number;
  /** Ms of the system-wide monotonic clock. */
  monotonicNow: () => number;
  /** It may change. */
  latePolicy: () => LatePolicy;
  observer: EncodeObserver;
}

/** One connection that is to get a stream. */
export interface Subscriber {
  outlet: Outlet;
  connection: ConnectionRef;
  filter: SymbolFilter;
}

/** What a connection had of the stream before it joins a group. */
export type Arrival =
  /** Nothing: it gets the last tick per symbol first. */
  | 'snapshot'
  /** Nothing, and it has all up to here by itself. */
  | 'first'
  /** Its first batches. */
  | 'continued';

/** One mode's stream: how far it is published, the last tick per symbol, and who gets it. */
export class Stream {
  readonly mode: StreamMode;
  /** The last published position. */
  position: number;
  /** The last flush left ticks over that were due. */
  hasMoreDue = false;
  /** Ticks that were left out because the stream was late. */
  ticksOmitted = 0;
  readonly #options: StreamOptions;
  readonly #feed: Feed;
  readonly #groups: GroupIndex;
  /** The last tick of every symbol. */
  readonly #latest: Map<string, SequencedTick> = new Map();
  readonly #encoded: EncodedTicks = new EncodedTicks();
  readonly #dueTimeOf = (sequence: number): number => this.#feed.dueTimeOf(this.mode, sequence);

  constructor(mode: StreamMode, options: StreamOptions, nowMs: number) {
    this.mode = mode;
    this.#options = options;
    this.#feed = options.feed;
    this.#groups = new GroupIndex(mode);
    this.position = this.#feed.dueSequence(mode, nowMs);
    for (const item of this.#feed.latest(mode, this.position)) {
      this.#latest.set(item.tick.symbol, item);
      this.#groups.matching(item.tick.symbol);
    }
  }

  get epoch(): string {
    return this.#feed.epoch;
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
    const { maxFlushTicks, latePolicy } = this.#options;
    const to = flushEnd({ position: this.position, due }, maxFlushTicks(), latePolicy(), this.#dueTimeOf, nowMs);
    this.hasMoreDue = to < due;
    traceFlush({ mode: this.mode, sequence: this.position + 1, monotonicMs: flushedMs });
    const ticks = this.#feed.read(this.mode, this.position + 1, to);
    const batches = this.#encodeBatches(ticks, nowMs);
    this.position = to;
    for (const { group, frames } of batches) this.#send(group, frames, flushedMs);
    return ticks.length;
  }

  /** Encodes each group's batches of a flush. */
  #encodeBatches(ticks: readonly SequencedTick[], nowMs: number): { group: Group; frames: GroupFrame[] }[] {
    const { monotonicNow, observer, maxBatchSize, latePolicy } = this.#options;
    const startedMs = monotonicNow();
    const touched: Group[] = [];
    const isKept = keptOf(ticks, latePolicy(), this.#dueTimeOf, nowMs);
    for (const item of ticks) {
      const groups = this.#groups.matching(item.tick.symbol);
      this.#latest.set(item.tick.symbol, item);
      if (groups.size === 0) continue;
      const encoded = !isKept || isKept(item) ? this.#encode(item) : undefined;
      if (!encoded) this.ticksOmitted++;
      for (const group of groups) {
        if (group.isUntouched) touched.push(group);
        if (encoded) group.add(encoded, item.sequence);
        else group.leaveOut(item);
      }
    }
    for (const group of touched) group.keepLast((item) => this.encoded(item.sequence));
    const maxTicks = maxBatchSize();
    const batches = touched.map((group) => {
      return { group, frames: group.flush(nowMs, this.epoch, maxTicks, observer) };
    });
    if (batches.length > 0) observer.onEncoded(monotonicNow() - startedMs);
    return batches;
  }

  /** For how long the next position has been held up beyond the window in which ticks are gathered, ms. @param nowMs unix ms */
  delayMs(nowMs: number): number {
    if (this.#feed.dueSequence(this.mode, nowMs) <= this.position) return 0;
    const { windowMs } = this.#options.latePolicy();
    return Math.max(0, nowMs - this.#feed.dueTimeOf(this.mode, this.position + 1) - windowMs);
  }

  /** The first position since a time (unix ms) that the feed still has; at most the next one. */
  earliestSince(sinceMs: number): number {
    return Math.min(this.position + 1, this.#feed.earliestSequence(this.mode, sinceMs));
  }

  /** The ticks that a filter matches, past and to come. */
  select(filter: SymbolFilter): Selection {
    return this.#feed.select(this.mode, filter);
  }

  /** The tick of a position, as an element of a batch. */
  encoded(sequence: number): Buffer {
    const known = this.#encoded.get(sequence);
    if (known) return known;
    const [item] = this.#feed.read(this.mode, sequence, sequence);
    if (!item) throw new Error(`the feed does not give position ${sequence} of mode ${this.mode}`);
    return this.#encode(item);
  }

  /** Makes a connection that has all up to the stream's position a member of its filter's group. */
  join({ outlet, connection, filter }: Subscriber, nowMs: number, arrival: Arrival): void {
    const group = this.#groups.byFilter(filter) ?? this.#createGroup(filter);
    const ticks = arrival === 'snapshot' ? this.#snapshotTicks(group) : [];
    const frames = group.snapshot(ticks, nowMs, this.position, this.epoch, this.#options.maxBatchSize());
    const awaitsEpoch = frames.length === 0 && arrival !== 'continued';
    if (awaitsEpoch) group.isEpochAwaited = true;
    group.members.set(outlet, (group.members.get(outlet) ?? 0) + 1);
    outlet.sendControl({ type: 'joined', ...connection, mode: this.mode, group: group.id, awaitsEpoch });
    for (const frame of frames) outlet.sendDirect(connection.slot, connection.id, frame);
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
    for (const group of this.#groups.all()) this.#dropMember(group, outlet);
  }

  #dropMember(group: Group, outlet: Outlet): void {
    group.members.delete(outlet);
    if (group.members.size === 0) this.#groups.remove(group);
  }

  #send(group: Group, frames: readonly GroupFrame[], flushedMs: number): void {
    for (const { frame, frameWithEpoch } of packFrames(frames)) {
      for (const outlet of group.members.keys()) outlet.sendBatch(group.id, flushedMs, frame, frameWithEpoch);
    }
  }

  #createGroup(filter: SymbolFilter): Group {
    const group = this.#groups.create(filter);
    for (const symbol of group.symbols) {
      group.previousSequence = Math.max(group.previousSequence, this.#latest.get(symbol)?.sequence ?? 0);
    }
    return group;
  }

  #snapshotTicks(group: Group): Buffer[] {
    const ticks: Buffer[] = [];
    for (const symbol of group.symbols) {
      const item = this.#latest.get(symbol);
      if (item) ticks.push(this.#encoded.get(item.sequence) ?? this.#encode(item));
    }
    return ticks;
  }

  #encode({ sequence, tick }: SequencedTick): Buffer {
    const encoded = encodeBatchTick(tick);
    this.#encoded.set(sequence, encoded);
    return encoded;
  }
}
