/** Is told what encoding brings and costs, for the metrics. */
export interface EncodeObserver {
  /** A live batch was encoded, once for all members of its group. */
  onBatch(ticks: number, bytes: number): void;
  /** All groups' batches of one stream's flush are encoded, from its ticks to the frames. */
  onEncoded(ms: number): void;
}
