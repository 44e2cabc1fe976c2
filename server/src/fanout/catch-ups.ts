import type { CatchUpFrame } from './catch-up.ts';
import { CatchUp } from './catch-up.ts';
import type { Outlet } from './outlet.ts';
import type { Stream, Subscriber } from './stream.ts';

export interface CatchUpsOptions {
  /** Ticks per batch. */
  maxBatchSize: () => number;
  /** Frames that may wait for one connection. */
  maxFramesInFlight: () => number;
  /** The first position of a stream that a catch-up may still read. */
  earliest: (stream: Stream, nowMs: number) => number;
}

/**
 * The connections that are on their way to the live end. They take turns of one frame each, and only those have
 * a turn whose socket has taken what it got before and whose worker is not busy: a slow reader costs nothing, and
 * none holds up another.
 */
export class CatchUps {
  readonly #options: CatchUpsOptions;
  readonly #byOutlet: Map<Outlet, Map<number, CatchUp>> = new Map();
  /** Who waits for a turn, the one that waits longest first. */
  readonly #ready: Set<CatchUp> = new Set();
  #size = 0;

  constructor(options: CatchUpsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#size;
  }

  /** Some could have a turn, as soon as their worker has room. */
  get hasReady(): boolean {
    return this.#ready.size > 0;
  }

  /** Begins to bring a connection from a position to the live end. */
  add(stream: Stream, subscriber: Subscriber, position: number): void {
    const catchUp = new CatchUp(stream, subscriber, position, this.#options.maxFramesInFlight);
    const { outlet, connection } = subscriber;
    const ofOutlet = this.#byOutlet.get(outlet) ?? new Map<number, CatchUp>();
    this.#byOutlet.set(outlet, ofOutlet.set(connection.id, catchUp));
    this.#ready.add(catchUp);
    this.#size++;
  }

  /** A connection's socket has taken a frame of this size. */
  onTaken(outlet: Outlet, id: number, bytes: number): void {
    const catchUp = this.#byOutlet.get(outlet)?.get(id);
    if (!catchUp) return;
    catchUp.onTaken(bytes);
    if (catchUp.hasRoom) this.#ready.add(catchUp);
  }

  /** A connection is gone, or has arrived. */
  remove(outlet: Outlet, id: number): void {
    const ofOutlet = this.#byOutlet.get(outlet);
    const catchUp = ofOutlet?.get(id);
    if (!ofOutlet || !catchUp) return;
    ofOutlet.delete(id);
    if (ofOutlet.size === 0) this.#byOutlet.delete(outlet);
    this.#ready.delete(catchUp);
    this.#size--;
  }

  /** An outlet is gone with all its connections. */
  dropOutlet(outlet: Outlet): void {
    const ofOutlet = this.#byOutlet.get(outlet);
    if (!ofOutlet) return;
    this.#byOutlet.delete(outlet);
    for (const catchUp of ofOutlet.values()) this.#ready.delete(catchUp);
    this.#size -= ofOutlet.size;
  }

  /**
   * Gives turns until the time is over or nobody can have one.
   * @param nowMs unix ms
   */
  run(nowMs: number, isOver: () => boolean): void {
    const frames = new Map<string, CatchUpFrame | undefined>();
    // Who is added again in the loop comes round again in it.
    for (const catchUp of this.#ready) {
      if (!catchUp.subscriber.outlet.hasSpareCredit) continue;
      this.#ready.delete(catchUp);
      this.#takeTurn(catchUp, nowMs, frames);
      if (isOver()) return;
    }
  }

  #takeTurn(catchUp: CatchUp, nowMs: number, frames: Map<string, CatchUpFrame | undefined>): void {
    const { stream, subscriber } = catchUp;
    const { outlet, connection } = subscriber;
    if (catchUp.position + 1 < this.#options.earliest(stream, nowMs)) {
      this.remove(outlet, connection.id);
      outlet.sendControl({ type: 'behind', ...connection });
      return;
    }
    const key = catchUp.frameKey;
    if (!frames.has(key)) frames.set(key, catchUp.encode(nowMs, this.#options.maxBatchSize()));
    const next = frames.get(key);
    if (next) catchUp.send(next);
    if (!next || catchUp.position === stream.position) {
      this.remove(outlet, connection.id);
      stream.join(subscriber, nowMs, catchUp.isUntouched ? 'first' : 'continued');
    } else if (catchUp.hasRoom) {
      this.#ready.add(catchUp);
    }
  }
}
