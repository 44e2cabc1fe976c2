import type { ClientSpec, Window } from './fleet-message.ts';

/** Many clients, wherever they run. */
export interface Fleet {
  readonly size: number;
  /** Resolves when each of them has got ticks. */
  open(specs: readonly ClientSpec[]): Promise<void>;
  /** The newest position that one of them has. */
  highest(): Promise<number>;
  /**
   * Resolves when every client has everything up to a position. After the time, what a client lacks counts as missing.
   * @returns how many clients that were
   */
  settle(sequence: number, withinMs: number): Promise<number>;
  /** What happened since the last call. */
  window(): Promise<{ resuming: Window; original: Window }>;
  close(): Promise<void>;
}
