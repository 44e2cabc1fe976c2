import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SLOTS, addressPlan } from './addresses.ts';
import { clustersDirectory } from './paths.ts';

/**
 * Claims an address slot for a cluster. A claim is a file that is made atomically; one whose cluster is not running
 * any more (`isRunning`) is taken over. The slot's interface must not exist either.
 */
export async function claimSlot(name: string, isRunning: (cluster: string) => boolean): Promise<number> {
  await mkdir(clustersDirectory(), { recursive: true });
  for (let slot = 0; slot < SLOTS; slot++) {
    if (existsSync(`/sys/class/net/${addressPlan(slot).hostInterface}`)) continue;
    if (await claim(slot, name)) return slot;
    const holder = readFileSync(claimFile(slot), 'utf8');
    if (holder !== name && isRunning(holder)) continue;
    await releaseSlot(slot);
    if (await claim(slot, name)) return slot;
  }
  throw new Error(`all ${SLOTS} cluster slots are taken; end one: npm run cluster -- down --name NAME`);
}

export async function releaseSlot(slot: number): Promise<void> {
  await rm(claimFile(slot), { force: true });
}

async function claim(slot: number, name: string): Promise<boolean> {
  try {
    await writeFile(claimFile(slot), name, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function claimFile(slot: number): string {
  return join(clustersDirectory(), `.slot-${slot}`);
}
