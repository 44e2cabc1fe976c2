import type { DataBatch } from '@tick-storm/protocol';
import { decodeDataBatch, FrameDecoder } from '@tick-storm/protocol';
import type { ToWorker } from '../link/control-message.ts';
import type { Outlet } from './outlet.ts';

/** For tests: a worker that does with packets what a real one does and keeps what each connection gets. */
export class FakeOutlet implements Outlet {
  hasCredit = true;
  hasSpareCredit = true;
  readonly control: ToWorker[] = [];
  readonly received: Map<number, DataBatch[]> = new Map();
  /** Catch-up frames that the sockets have not taken yet. */
  untaken: { id: number; bytes: number }[] = [];
  readonly #groups: Map<number, Set<number>> = new Map();
  readonly #awaitsEpoch: Set<number> = new Set();

  of(id: number): DataBatch[] {
    return this.received.get(id) ?? [];
  }

  sendBatch(group: number, _flushedMs: number, frame: Buffer, frameWithEpoch: Buffer): void {
    for (const id of this.#groups.get(group) ?? []) {
      const isFirst = this.#awaitsEpoch.delete(id) && frameWithEpoch.length > 0;
      this.#keep(id, isFirst ? frameWithEpoch : frame);
    }
  }

  sendDirect(_slot: number, id: number, frame: Buffer): void {
    this.#keep(id, frame);
  }

  sendCatchUp(_slot: number, id: number, frame: Buffer): void {
    this.#keep(id, frame);
    this.untaken.push({ id, bytes: frame.length });
  }

  sendControl(message: ToWorker): void {
    this.control.push(message);
    if (message.type !== 'joined') return;
    this.#groups.set(message.group, (this.#groups.get(message.group) ?? new Set()).add(message.id));
    if (message.awaitsEpoch) this.#awaitsEpoch.add(message.id);
  }

  #keep(id: number, frames: Buffer): void {
    const decoder = new FrameDecoder();
    decoder.push(frames);
    const batches = this.of(id);
    for (let frame = decoder.next(); frame; frame = decoder.next()) batches.push(decodeDataBatch(frame.payload));
    this.received.set(id, batches);
  }
}
