import { setTimeout as delay } from 'node:timers/promises';
import type { BenchBed } from './bench-bed.ts';

/** Time between two edits, so that the limit on requests is no part of what is measured. */
const SPACING_MS = 150;
const PATIENCE_MS = 60_000;

/** Edits the configuration of a TickStorm. @returns milliseconds until it was put right */
async function editConfigMap(bed: BenchBed, namespace: string, name: string): Promise<number> {
  const key = `${namespace}/${name}-config`;
  const { data: before = {}, metadata } = bed.configMaps.objects.get(key)!;
  const beganMs = performance.now();
  await bed.admin.mergePatch(`/api/v1/namespaces/${namespace}/configmaps/${name}-config`, {
    data: { 'config.json': '{}' },
  });
  const endedMs = await bed.configMaps.until(
    (objects) => {
      const live = objects.get(key);
      const isNewer = live !== undefined && live.metadata.resourceVersion !== metadata.resourceVersion;
      return isNewer && live.data?.['config.json'] === before['config.json'];
    },
    `ConfigMap ${key} to be put right`,
    PATIENCE_MS,
  );
  return endedMs - beganMs;
}

/** Deletes the budget of a TickStorm. @returns milliseconds until it was made anew, from `beganMs` on */
export async function deleteBudget(
  bed: BenchBed,
  namespace: string,
  name: string,
  beganMs: number = performance.now(),
): Promise<number> {
  const key = `${namespace}/${name}-pdb`;
  const { uid } = bed.budgets.objects.get(key)!.metadata;
  await bed.admin.delete(`/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/${name}-pdb`);
  const endedMs = await bed.budgets.until(
    (objects) => (objects.get(key)?.metadata.uid ?? uid) !== uid,
    `PodDisruptionBudget ${key} to be made anew`,
    PATIENCE_MS,
  );
  return endedMs - beganMs;
}

/** Deletes and edits objects of one TickStorm after the other. @returns how long each repair took, in milliseconds */
export async function measureDrift(bed: BenchBed, count: number): Promise<number[]> {
  const tookMs: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const [namespace, name] = bed.names[index % bed.names.length]!;
    tookMs.push(await (index % 2 === 0 ? deleteBudget : editConfigMap)(bed, namespace, name));
    await delay(SPACING_MS);
  }
  return tookMs;
}
