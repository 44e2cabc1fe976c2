import type { WriteQueue } from './write-queue.ts';

/** What is known of a client that does not take everything at once; of most there is nothing to know. */
export class Lag {
  /** What is not given to the socket yet. */
  queue: WriteQueue | undefined;
  /** A write is under way whose end will be told. */
  isWriting = false;
  writingSinceMs = 0;
  /** When the socket last took something, and what shows whether it did. */
  lastProgressMs = 0;
  progressMark = 0;
  /** Until then what waits is conflated at once, and not only at the bounds. */
  conflatesUntilMs = 0;
  /** What net.Socket calls after a write. */
  readonly onWritten: (error?: Error | null) => void;

  constructor(onWritten: (lag: Lag, error: Error | null | undefined) => void) {
    this.onWritten = (error): void => onWritten(this, error);
  }
}
