/** A point in the numbered stream of one mode. */
export interface Position {
  epoch: string | undefined;
  /** The last tick at this point. */
  sequence: number | undefined;
}
