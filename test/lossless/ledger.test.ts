import { expect, it } from '@jest/globals';
import type { Fleet } from './fleet.ts';
import type { Window } from './fleet-message.ts';
import { emptyWindow } from './journal.ts';
import { isLossless, ledgerLine, runChanges } from './ledger.ts';
import type { Row } from './table.ts';

/** Clients whose windows are written down beforehand: one before the first change, and one after each. */
function scripted(windows: readonly Partial<Window>[]): Fleet {
  const left = [...windows];
  return {
    size: 1,
    open: () => Promise.resolve(),
    highest: () => Promise.resolve(100),
    settle: () => Promise.resolve(0),
    window: () => Promise.resolve({ resuming: { ...emptyWindow(), ...left.shift() }, original: emptyWindow() }),
    close: () => Promise.resolve(),
  };
}

const bed = { report: (): void => undefined };
const change = { name: 'change', run: (): Promise<void> => Promise.resolve() };

it('counts for each change what is new since the one before', async () => {
  const rows = await runChanges(bed, scripted([{ missing: 1 }, { missing: 1 }, { missing: 4, duplicated: 2 }]), [
    change,
    change,
  ]);
  // What was lost while they connected is no change's, but lost.
  expect(rows.map(({ change: name, resuming }) => [name, resuming.missing, resuming.duplicated])).toEqual([
    ['(connecting)', 1, 0],
    ['change', 0, 0],
    ['change', 3, 2],
  ]);
  expect(ledgerLine(rows, 7)).toBe('ledger: missing 4, duplicated 2, out of order 0, clients 7, changes 2');
  expect(isLossless(rows.slice(0, 1))).toBe(false);
});

it('keeps what was seen of the changes before the one that fails', async () => {
  const rows: Row[] = [];
  const failing = { name: 'failing', run: () => Promise.reject(new Error('no pods')) };
  await expect(runChanges(bed, scripted([{}, { missing: 2 }]), [change, failing], rows)).rejects.toThrow('no pods');
  expect(rows.map(({ resuming }) => resuming.missing)).toEqual([0, 2]);
});

it.each<[Partial<Window>, boolean]>([
  [{}, true],
  [{ closes: 5, ticks: 9 }, true],
  [{ missing: 1 }, false],
  [{ duplicated: 1 }, false],
  [{ outOfOrder: 1 }, false],
  [{ gaps: 1 }, false],
])('with %j on a client that resumes, nothing lost: %s', async (window, expected) => {
  expect(isLossless(await runChanges(bed, scripted([{}, window]), [change]))).toBe(expected);
});
