const MEBIBYTE = 1_048_576;
/** Of a container of 2 GiB, 1,400 MB are for the runtime's heaps; the rest is buffers, code and the kernel's part. */
const HEAP_SHARE = 1_400 / 2_048;
const SUPERVISOR_SHARE = 0.25;
const MIN_WORKER_HEAP_MIB = 64;

/**
 * The old-space limit of a worker.
 * @param containerBytes the container's memory limit; undefined = none
 * @returns MiB for --max-old-space-size; undefined = leave the engine's default
 */
export function workerHeapMib(containerBytes: number | undefined, workers: number): number | undefined {
  if (containerBytes === undefined) return undefined;
  const forWorkers = (containerBytes * HEAP_SHARE * (1 - SUPERVISOR_SHARE)) / MEBIBYTE;
  return Math.max(MIN_WORKER_HEAP_MIB, Math.floor(forWorkers / workers));
}
