import { ErrorCode } from '@tick-storm/protocol';
import type { Feed, StreamMode } from '../feeds/feed.ts';
import type { DeclinedMessage, SubscribeMessage } from '../link/control-message.ts';
import type { Outlet } from './outlet.ts';
import { Stream } from './stream.ts';

/** A client may be this much stream ahead of this pod: the pod it comes from had a faster clock. */
const MAX_POSITION_AHEAD_MS = 30_000;

export interface HubOptions {
  feed: Feed;
  /** Ticks per batch; may change. */
  maxBatchSize: () => number;
  /** Unix ms. */
  now: () => number;
  /** Milliseconds of the system-wide monotonic clock. */
  monotonicNow: () => number;
}

type Refusal = Pick<DeclinedMessage, 'code' | 'message' | 'details'>;

/** Takes ticks from the feed, batches them per group, and hands them to the workers. Sans I/O: call {@link flush}. */
export class Hub {
  readonly #options: HubOptions;
  readonly #streams: Readonly<Record<StreamMode, Stream>>;
  readonly #outlets: Set<Outlet> = new Set();

  constructor(options: HubOptions) {
    this.#options = options;
    const { feed, maxBatchSize } = options;
    const nowMs = options.now();
    this.#streams = { 1: new Stream(1, feed, maxBatchSize, nowMs), 2: new Stream(2, feed, maxBatchSize, nowMs) };
  }

  get epoch(): string {
    return this.#options.feed.epoch;
  }

  get groupCount(): number {
    return this.#streams[1].groupCount + this.#streams[2].groupCount;
  }

  /** The last flush left ticks over that were due: flush again before the next window. */
  get hasMoreDue(): boolean {
    return this.#streams[1].hasMoreDue || this.#streams[2].hasMoreDue;
  }

  /** The last published position of a mode's stream. */
  position(mode: StreamMode): number {
    return this.#streams[mode].position;
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
    return this.#streams[1].flush(nowMs, flushedMs) + this.#streams[2].flush(nowMs, flushedMs);
  }

  /** Answers a subscription: `declined`, or `accepted` and, now or when its position has come, `joined`. */
  subscribe(outlet: Outlet, message: SubscribeMessage): void {
    const { slot, id, mode, request } = message;
    const stream = this.#streams[mode];
    const nowMs = this.#options.now();
    const earliestSequence = stream.position + 1;
    const refusal = this.#refusal(message, stream, nowMs);
    if (refusal) {
      outlet.sendControl({ type: 'declined', slot, id, ...refusal, earliestSequence, epoch: this.epoch });
      return;
    }
    const accepted = { epoch: this.epoch, streamSequence: stream.position, earliestSequence };
    outlet.sendControl({ type: 'accepted', slot, id, ...accepted });
    const subscriber = { outlet, connection: { slot, id }, symbols: request.symbols };
    if (!isResume(request)) stream.join(subscriber, nowMs, true);
    else if (request.resumeSequence > stream.position) stream.joinAt(request.resumeSequence, subscriber);
    else stream.join(subscriber, nowMs, false);
  }

  leave(outlet: Outlet, mode: StreamMode, group: number): void {
    this.#streams[mode].leave(outlet, group);
  }

  withdraw(outlet: Outlet, mode: StreamMode, id: number): void {
    this.#streams[mode].withdraw(outlet, id);
  }

  /** No history is kept: what lies before the next tick cannot be had. */
  #refusal({ request, mode, hasResume }: SubscribeMessage, stream: Stream, nowMs: number): Refusal | undefined {
    const code = hasResume ? ErrorCode.POSITION_UNAVAILABLE : ErrorCode.INVALID_SUBSCRIPTION;
    if (!isResume(request)) {
      if (request.startTimeMs === 0 || request.startTimeMs >= nowMs) return undefined;
      const details = `earliest start_time_ms is ${nowMs}`;
      return { code, message: 'start_time_ms lies before the history that is kept', details };
    }
    if (request.resumeEpoch !== this.epoch) {
      return { code, message: 'the position is of another epoch', details: `the epoch is ${this.epoch}` };
    }
    if (request.resumeSequence < stream.position) {
      const details = `earliest stream_sequence is ${stream.position + 1}`;
      return { code, message: 'the position lies before the history that is kept', details };
    }
    const aheadMs = this.#options.feed.timeOf(mode, request.resumeSequence) - nowMs;
    if (aheadMs <= MAX_POSITION_AHEAD_MS || request.resumeSequence === stream.position) return undefined;
    const details = `the last stream_sequence is ${stream.position}`;
    return { code, message: `the position lies more than ${MAX_POSITION_AHEAD_MS / 1_000} s ahead`, details };
  }
}

function isResume(request: SubscribeMessage['request']): boolean {
  return request.resumeEpoch !== '' || request.resumeSequence !== 0;
}
