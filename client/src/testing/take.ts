import type { Tick } from '../tick.ts';

/** The next `count` ticks. */
export async function take(ticks: AsyncIterator<Tick, undefined>, count: number): Promise<Tick[]> {
  const taken: Tick[] = [];
  while (taken.length < count) {
    const { value } = await ticks.next();
    if (!value) throw new Error(`the iteration ended after ${taken.length} ticks`);
    taken.push(value);
  }
  return taken;
}
