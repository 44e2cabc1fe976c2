import type { ToWorker } from '../link/control-message.ts';

/** What the hub needs of a worker: an ordered way to its connections. */
export interface Outlet {
  /** False while the worker has not yet passed on enough of what it was given: no flush is made then. */
  readonly hasCredit: boolean;
  /** False while it has so much to pass on that more would delay the next flush. */
  readonly hasSpareCredit: boolean;
  sendBatch(group: number, flushedMs: number, frame: Buffer, frameWithEpoch: Buffer): void;
  sendDirect(slot: number, id: number, frame: Buffer): void;
  /** Like {@link sendDirect}; the hub is told when the connection's socket has taken the frame. */
  sendCatchUp(slot: number, id: number, frame: Buffer): void;
  sendControl(message: ToWorker): void;
}
