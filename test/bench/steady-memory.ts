import { setTimeout as delay } from 'node:timers/promises';
import { residentBytes } from './process-usage.ts';

const INTERVAL_MS = 500;
/** The memory is steady when it has changed by less than a hundredth over this many looks. */
const LOOKS = 8;
const MAX_LOOKS = 60;

/** Waits until the processes neither take nor give back memory, for half a minute at most. */
export async function steadyMemory(pids: readonly number[]): Promise<void> {
  const last: number[] = [];
  for (let look = 0; look < MAX_LOOKS; look++) {
    last.push(await residentBytes(pids));
    if (last.length > LOOKS) last.shift();
    if (last.length === LOOKS && Math.max(...last) < 1.01 * Math.min(...last)) return;
    await delay(INTERVAL_MS);
  }
}
