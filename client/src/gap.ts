import type { Position } from './position.ts';

/**
 * Why ticks are missing:
 * - `history`: they passed so long ago that the server does not have them any more
 * - `epoch`: the server numbers its stream anew: positions of the old numbering mean nothing to it
 * - `reconnect`: they passed while no connection was up, and the server cannot resume
 * - `loss`: the chain of batches broke within a connection
 * - `omitted`: the server left them out because this connection was slow, and said so
 * - `slow-consumer`: this client dropped them because its buffer was full (`whenFull: 'drop-oldest'`)
 */
export type GapReason = 'history' | 'epoch' | 'reconnect' | 'loss' | 'omitted' | 'slow-consumer';

/**
 * Ticks that the consumer does not get. What is undefined cannot be known: from a server of the original
 * protocol, which does not number its ticks, anything.
 */
export interface Gap {
  reason: GapReason;
  /** The numbering that the two sequences belong to. */
  epoch: string | undefined;
  /** All ticks that are missing lie from here … (undefined with a start time: everything since then) */
  fromSequence: number | undefined;
  /** … to here. With `epoch` undefined: the old numbering has no end that is known. */
  toSequence: number | undefined;
  /** Exactly how many are missing; undefined when only their range is known (a subscription to some symbols). */
  missingTicks: number | undefined;
  /** With `epoch`: the new numbering, and the last of its ticks that does not come. */
  newEpoch: Position | undefined;
}
