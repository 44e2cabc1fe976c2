import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SLOTS, addressPlan } from './addresses.ts';
import { handleOf, isAlive } from './namespace-process.ts';
import type { ProcessHandle } from './namespace-process.ts';
import { clustersDirectory } from './paths.ts';

/** Who holds a slot: a cluster, and the process that was starting it. */
interface Claim {
  readonly cluster: string;
  readonly process: ProcessHandle;
}

/**
 * Claims an address slot for a cluster. A claim is a file that is made atomically; it is taken over when neither its
 * cluster runs (`isRunning`) nor the process lives that was about to start it.
 */
export async function claimSlot(cluster: string, isRunning: (cluster: string) => boolean): Promise<number> {
  await mkdir(clustersDirectory(), { recursive: true });
  for (let slot = 0; slot < SLOTS; slot++) {
    const holder = readClaim(slot);
    if (holder !== undefined) {
      if (isRunning(holder.cluster) || isAlive(holder.process)) continue;
      await rm(claimFile(slot), { force: true });
    }
    // An interface without a claim belongs to a cluster that another user keeps elsewhere.
    if (existsSync(`/sys/class/net/${addressPlan(slot).hostInterface}`)) continue;
    if (await claim(slot, cluster)) return slot;
  }
  throw new Error(`all ${SLOTS} cluster slots are taken; end one: npm run cluster -- down --name NAME`);
}

/** Whether the slot is the cluster's: a stale record may name one that has gone to another since. */
export function holdsSlot(cluster: string, slot: number): boolean {
  return readClaim(slot)?.cluster === cluster;
}

export async function releaseSlot(slot: number): Promise<void> {
  await rm(claimFile(slot), { force: true });
}

async function claim(slot: number, cluster: string): Promise<boolean> {
  const text: Claim = { cluster, process: handleOf(process.pid)! };
  try {
    await writeFile(claimFile(slot), JSON.stringify(text), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readClaim(slot: number): Claim | undefined {
  try {
    return JSON.parse(readFileSync(claimFile(slot), 'utf8')) as Claim;
  } catch {
    // Not there, or from a version that wrote something else: nobody's.
    return undefined;
  }
}

function claimFile(slot: number): string {
  return join(clustersDirectory(), `.slot-${slot}`);
}
