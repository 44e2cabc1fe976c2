import type { ToWorker } from '../link/control-message.ts';

/** What the hub needs of a worker: an ordered way to its connections. */
export interface Outlet {
  /** False while the worker has not yet passed on enough of what it was given: no flush is made then. */
  readonly hasCredit: boolean;
  sendBatch(group: number, flushedMs: number, frame: Buffer, frameWithEpoch: Buffer): void;
  sendDirect(slot: number, id: number, frame: Buffer): void;
  sendControl(message: ToWorker): void;
}
