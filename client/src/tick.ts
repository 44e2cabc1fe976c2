/** Which stream: every tick, or the closing tick of each one-minute bar per symbol. */
export type Mode = 'second' | 'minute';

/** One tick as the consumer gets it. */
export interface Tick {
  symbol: string;
  /** Unix time of the tick in the feed. */
  timestampMs: number;
  price: number;
  volume: number;
  bid: number;
  ask: number;
  bidSize: number;
  askSize: number;
  mode: Mode;
  metadata: Readonly<Record<string, string>>;
  /**
   * The tick's number in its mode's stream, the same in every server of one service; undefined from a
   * server of the original protocol, and in snapshots.
   */
  sequence: number | undefined;
  /** The numbering that `sequence` belongs to; both together are a position to go on from. */
  epoch: string | undefined;
  /** True for the last value before the stream began, sent first so that every symbol has one. */
  isSnapshot: boolean;
}
