import type { Gap } from './gap.ts';
import type { Tick } from './tick.ts';

/**
 * The gaps that ticks leave which made room for newer ones, in order. Ticks of one numbering are one gap; those of a
 * snapshot are another, of which only the number is known, because they have no place in the stream.
 */
export function gapsOf(dropped: readonly Tick[]): Gap[] {
  const gaps: Gap[] = [];
  let from = 0;
  for (let index = 1; index <= dropped.length; index += 1) {
    if (isSameRun(dropped[from]!, dropped[index])) continue;
    gaps.push(gapOf(dropped[from]!, dropped[index - 1]!, index - from));
    from = index;
  }
  return gaps;
}

function isSameRun(first: Tick, next: Tick | undefined): boolean {
  return next?.epoch === first.epoch && next?.isSnapshot === first.isSnapshot;
}

function gapOf(first: Tick, last: Tick, missingTicks: number): Gap {
  return {
    reason: 'slow-consumer',
    epoch: first.epoch,
    fromSequence: first.sequence,
    toSequence: last.sequence,
    missingTicks,
    newEpoch: undefined,
  };
}
