import type { Bed } from './bed.ts';
import type { Fleet } from './fleet.ts';
import type { Row } from './table.ts';

/** How long after a change the last client may take to have what the first one has. */
const SETTLE_MS = 60_000;

/** What happened while the clients connected is no change's, and counts as well. */
const CONNECTING = '(connecting)';

/**
 * Makes one change after the other and writes down what the clients saw of each.
 * @param rows where to, and before them what happened until then: what was seen is there also when a later change fails
 */
export async function runChanges<B extends Pick<Bed, 'report'>>(
  bed: B,
  fleet: Fleet,
  changes: readonly { readonly name: string; run(bed: B): Promise<void> }[],
  rows: Row[] = [],
): Promise<Row[]> {
  let before = await fleet.window();
  rows.push({ change: CONNECTING, seconds: undefined, ...before });
  for (const change of changes) {
    const { name } = change;
    bed.report(`${name}: begins`);
    const startedMs = performance.now();
    await change.run(bed);
    const seconds = (performance.now() - startedMs) / 1_000;
    const late = await fleet.settle(await fleet.highest(), SETTLE_MS);
    if (late > 0) bed.report(`${name}: ${late} clients do not have everything yet`);
    const now = await fleet.window();
    const row = {
      change: name,
      seconds,
      resuming: since(before.resuming, now.resuming),
      original: since(before.original, now.original),
    };
    const { missing, duplicated, outOfOrder, subscribedAtMs } = row.resuming;
    bed.report(
      `${name}: ${seconds.toFixed(0)} s, ${subscribedAtMs.length} reconnects, missing ${missing}, duplicated ${duplicated}, out of order ${outOfOrder}`,
    );
    rows.push(row);
    before = now;
  }
  return rows;
}

type Counts = Row['resuming'];

/** Ticks are counted from the beginning on; the rest of a window is of its own time. */
function since(before: Counts, now: Counts): Counts {
  const counts = { ...now };
  for (const name of ['ticks', 'missing', 'duplicated', 'outOfOrder'] as const) counts[name] = now[name] - before[name];
  return counts;
}

/** The last line of a run. */
export function ledgerLine(rows: readonly Row[], clients: number): string {
  const sum = (name: 'missing' | 'duplicated' | 'outOfOrder'): number =>
    rows.reduce((total, { resuming }) => total + resuming[name], 0);
  const counts = `missing ${sum('missing')}, duplicated ${sum('duplicated')}, out of order ${sum('outOfOrder')}`;
  const changes = rows.filter(({ change }) => change !== CONNECTING).length;
  return `ledger: ${counts}, clients ${clients}, changes ${changes}`;
}

/** Nothing was lost on a client that resumes, and none told of a gap. */
export function isLossless(rows: readonly Row[]): boolean {
  return rows.every(({ resuming }) => {
    return resuming.missing + resuming.duplicated + resuming.outOfOrder + resuming.gaps === 0;
  });
}
