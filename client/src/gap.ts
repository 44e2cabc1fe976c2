/**
 * Why ticks are missing:
 * - `reconnect`: they passed while no connection was up
 * - `loss`: the chain of batches broke within a connection
 * - `omitted`: the server left them out because this connection was slow, and said so
 * - `slow-consumer`: this client dropped them because its buffer was full (`whenFull: 'drop-oldest'`)
 * - `epoch`: the server numbers its stream anew; how much lies between cannot be told
 */
export type GapReason = 'reconnect' | 'loss' | 'omitted' | 'slow-consumer' | 'epoch';

/**
 * Ticks that the consumer does not get. What is undefined cannot be known: always after a new epoch, and
 * from a server of the original protocol, which does not number its ticks.
 */
export interface Gap {
  reason: GapReason;
  /** The numbering that the two sequences belong to. */
  epoch: string | undefined;
  /** All ticks that are missing lie from here … */
  fromSequence: number | undefined;
  /** … to here. */
  toSequence: number | undefined;
  /** Exactly how many are missing; undefined when only their range is known (a subscription to some symbols). */
  missingTicks: number | undefined;
}
