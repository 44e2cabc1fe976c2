import { describe, expect, it } from '@jest/globals';
import { encodeDirect } from '../link/packet.ts';
import type { TableEntry } from './connection-table.ts';
import { ConnectionTable } from './connection-table.ts';

class FakeEntry implements TableEntry {
  readonly id: number;
  readonly told: string[] = [];

  constructor(id: number) {
    this.id = id;
  }

  onDeadline(): void {
    this.told.push('deadline');
  }

  onSilence(): void {
    this.told.push('silence');
  }
}

function add(table: ConnectionTable<FakeEntry>, id: number): { slot: number; entry: FakeEntry } {
  const slot = table.takeSlot();
  const entry = new FakeEntry(id);
  table.set(slot, entry);
  return { slot, entry };
}

describe('ConnectionTable', () => {
  it('gives a slot to another connection without mixing the two up', () => {
    const table = new ConnectionTable<FakeEntry>();
    const first = add(table, 1);
    table.deadlines[first.slot] = 5;
    table.release(first.slot);
    const second = add(table, 2);
    expect(second.slot).toBe(first.slot);
    expect(table.get(first.slot, 1)).toBeUndefined();
    expect(table.get(second.slot, 2)).toBe(second.entry);
    table.scan(10, 1_000);
    expect(second.entry.told).toEqual([]);
    expect(table.size).toBe(1);
  });

  it('gives ids that the link can carry, also after 2^32 connections', () => {
    const table = new ConnectionTable<FakeEntry>(2 ** 32 - 2);
    const ids = Array.from({ length: 4 }, () => table.takeId());
    expect(ids).toEqual([2 ** 32 - 2, 2 ** 32 - 1, 0, 1]);
    for (const id of ids) expect(() => encodeDirect(0, id, Buffer.alloc(0))).not.toThrow();
  });

  it('keeps the times of all when it grows', () => {
    const table = new ConnectionTable<FakeEntry>();
    const entries = Array.from({ length: 3_000 }, (_, id) => {
      const { slot, entry } = add(table, id);
      table.deadlines[slot] = id;
      return entry;
    });
    table.scan(1_499, 1_000);
    expect(entries.filter(({ told }) => told.length > 0).map(({ id }) => id)).toEqual(
      Array.from({ length: 1_500 }, (_, id) => id),
    );
  });

  it('tells who was silent for longer than the timeout, unless it is not watched', () => {
    const table = new ConnectionTable<FakeEntry>();
    const [silent, speaking, unwatched] = [add(table, 1), add(table, 2), add(table, 3)];
    table.lastSeen[silent.slot] = 0;
    table.lastSeen[speaking.slot] = 1;
    table.scan(1_001, 1_000);
    expect([silent, speaking, unwatched].map(({ entry }) => entry.told)).toEqual([['silence'], [], []]);
  });
});
