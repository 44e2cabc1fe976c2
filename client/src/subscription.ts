import type { Position } from './position.ts';
import type { TickBuffer } from './tick-buffer.ts';
import type { Tick } from './tick.ts';

/** What a subscription needs of its client. */
export interface SubscriptionOwner {
  /** Where the subscription stands before the consumer has a numbered tick. */
  readonly position: Position;
  /** A tick was taken out of the buffer. */
  consumed(): void;
  /** The consumer left the iteration. */
  left(): Promise<void>;
}

interface Waiter {
  resolve(result: IteratorResult<Tick, undefined>): void;
  reject(error: unknown): void;
}

const DONE: IteratorResult<Tick, undefined> = { done: true, value: undefined };

/**
 * The ticks of one subscription: `for await (const tick of subscription)`. It goes on over reconnects and
 * ends when the client is closed; when the client fails it throws, after the ticks that came before. Leaving the loop
 * closes the client, because the protocol has no way to unsubscribe.
 */
export class Subscription implements AsyncIterableIterator<Tick, undefined> {
  readonly #buffer: TickBuffer;
  readonly #owner: SubscriptionOwner;
  readonly #waiters: Waiter[] = [];
  // Of the last numbered tick that the consumer was handed.
  #epoch: string | undefined;
  #sequence: number | undefined;
  #end: { error: unknown } | 'done' | undefined;

  constructor(buffer: TickBuffer, owner: SubscriptionOwner) {
    this.#buffer = buffer;
    this.#owner = owner;
  }

  /**
   * The last tick that the consumer was handed, or where the subscription began: what to keep, once that tick is
   * dealt with, and to give as `from` to go on there after a restart.
   */
  get position(): Position {
    if (this.#sequence === undefined) return this.#owner.position;
    return { epoch: this.#epoch, sequence: this.#sequence };
  }

  /** Nothing that comes now will reach the consumer. */
  get isEnded(): boolean {
    return this.#end !== undefined;
  }

  next(): Promise<IteratorResult<Tick, undefined>> {
    const value = this.#buffer.shift();
    if (value) {
      this.#handOver(value);
      this.#owner.consumed();
      return Promise.resolve({ done: false, value });
    }
    if (this.#end === 'done') return Promise.resolve(DONE);
    if (this.#end) {
      const { error } = this.#end;
      this.#end = 'done';
      return Promise.reject(error);
    }
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  async return(): Promise<IteratorResult<Tick, undefined>> {
    this.end();
    await this.#owner.left();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Hands a tick to the consumer, or to the buffer when it is not waiting. */
  push(tick: Tick): void {
    const waiter = this.#waiters.shift();
    if (!waiter) return this.#buffer.push(tick);
    this.#handOver(tick);
    waiter.resolve({ done: false, value: tick });
  }

  /** No more ticks: what is buffered is discarded. */
  end(): void {
    this.#end = 'done';
    this.#buffer.clear();
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(DONE);
  }

  /** The client failed: the consumer still gets what is buffered, then the error, once. */
  fail(error: unknown): void {
    if (this.#end) return;
    const [first, ...others] = this.#waiters.splice(0);
    this.#end = first ? 'done' : { error };
    first?.reject(error);
    for (const waiter of others) waiter.resolve(DONE);
  }

  #handOver({ epoch, sequence }: Tick): void {
    if (sequence === undefined) return;
    this.#epoch = epoch;
    this.#sequence = sequence;
  }
}
