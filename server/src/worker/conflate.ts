import { FieldLimits, MAX_BATCH_TICK_BYTES } from '@tick-storm/protocol';
import type { LiveBatch, PlacedTick } from './live-batch.ts';

interface Draft {
  readonly ticks: PlacedTick[];
  bytes: number;
  /** Left out before the last tick that remains. */
  omitted: number;
  /** Left out after it: told by the next batch. */
  trailing: number;
  epoch: string;
  batchSequence: number;
  /** The batch that this is as it was. */
  whole: LiveBatch | undefined;
}

/**
 * Leaves out every tick that a later one of the same symbol supersedes; what remains stays in order.
 *
 * Batches are joined only where something was left out, and a joined one bears the last of their numbers. So the
 * numbers that a connection gets jump exactly where ticks are missing, and the stream's next batch follows by 1.
 * @param batches consecutive batches of one stream
 */
export function conflate(batches: readonly LiveBatch[]): LiveBatch[] {
  const latest = new Map<string, number>();
  for (const { ticks } of batches) for (const { symbol, sequence } of ticks) latest.set(symbol, sequence);
  const drafts: Draft[] = [];
  for (const batch of batches) {
    const next = draftOf(batch, latest);
    let open = drafts.at(-1);
    if (open?.ticks.length === 0) {
      passOn(open, next);
      next.epoch = open.epoch || next.epoch;
      drafts.pop();
      open = drafts.at(-1);
    }
    if (open && canJoin(open, next)) {
      join(open, next);
      continue;
    }
    if (open) passOn(open, next);
    drafts.push(next);
  }
  return drafts.map(finish);
}

function draftOf(batch: LiveBatch, latest: ReadonlyMap<string, number>): Draft {
  const { epoch, batchSequence } = batch;
  const draft: Draft = { ticks: [], bytes: 0, omitted: 0, trailing: 0, epoch, batchSequence, whole: batch };
  for (const tick of batch.ticks) {
    draft.trailing += tick.omitted;
    if (latest.get(tick.symbol) !== tick.sequence) {
      draft.trailing++;
      draft.whole = undefined;
      continue;
    }
    draft.ticks.push({ ...tick, omitted: draft.trailing });
    draft.bytes += tick.bytes.length;
    draft.omitted += draft.trailing;
    draft.trailing = 0;
  }
  return draft;
}

function canJoin(open: Draft, next: Draft): boolean {
  if (open.omitted + open.trailing + next.omitted === 0) return false;
  // What was left out after the last tick is the next batch's to tell, so an empty one waits for that.
  if (next.ticks.length === 0) return false;
  const count = open.ticks.length + next.ticks.length;
  return count <= FieldLimits.ticksPerBatch && open.bytes + next.bytes <= MAX_BATCH_TICK_BYTES;
}

function join(open: Draft, next: Draft): void {
  passOn(open, next);
  open.ticks.push(...next.ticks);
  open.bytes += next.bytes;
  open.omitted += next.omitted;
  open.trailing = next.trailing;
  open.epoch ||= next.epoch;
  open.batchSequence = next.batchSequence;
  open.whole = undefined;
}

/** What was left out behind the last tick of a batch comes before the first one of the next. */
function passOn(open: Draft, next: Draft): void {
  if (open.trailing === 0) return;
  const [first] = next.ticks;
  if (first) {
    next.ticks[0] = { ...first, omitted: first.omitted + open.trailing };
    next.omitted += open.trailing;
  } else {
    next.trailing += open.trailing;
  }
  next.whole = undefined;
  open.trailing = 0;
}

function finish({ ticks, epoch, batchSequence, whole }: Draft): LiveBatch {
  return whole ?? { ticks: compact(ticks), epoch, batchSequence, frame: undefined };
}

/** Copies the ticks together, so that a few of them do not keep all the frames that they came in. */
function compact(ticks: readonly PlacedTick[]): PlacedTick[] {
  const bytes = Buffer.concat(ticks.map((tick) => tick.bytes));
  let at = 0;
  return ticks.map((tick) => {
    const start = at;
    at += tick.bytes.length;
    return { ...tick, bytes: bytes.subarray(start, at) };
  });
}
