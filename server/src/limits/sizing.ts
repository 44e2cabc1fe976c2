const MEBIBYTE = 1_048_576;
/** The guide's ratio: a container of 2 GiB, of which all processes may use 1.5 GiB, of which 1,400 MiB are heap. */
const CEILING_SHARE = 1_536 / 2_048;
const HEAP_SHARE_OF_CEILING = 1_400 / 1_536;
/** Of the heaps, what the supervisor may need. */
const SUPERVISOR_SHARE = 0.25;
const MIN_WORKER_HEAP_MIB = 64;
const MAX_WORKERS = 64;

/** What the machine, the container and the settings allow. */
export interface Surroundings {
  /** CPUs that the process may be scheduled on. */
  parallelism: number;
  /** CPUs of the container's quota; Infinity = none. */
  cpus: number;
  /** Bytes of the container; Infinity = no limit. */
  containerBytes: number;
  /** WORKERS; null = not set. */
  workers: number | null;
  /** MEMORY_LIMIT in bytes; null = not set. */
  memoryLimit: number | null;
  /** ULIMIT_MAX_MEMORY_SIZE in bytes; null = not set. */
  memoryCeiling: number | null;
  /** MiB of heap that NODE_OPTIONS gives every process; null = not set. */
  heapMib: number | null;
}

/** How large the server is made. Memory in bytes; undefined = unbounded. */
export interface Sizing {
  workers: number;
  /** What the container, or who set MEMORY_LIMIT, gives. */
  memoryLimit: number | undefined;
  /** What all processes together may use. */
  memoryCeiling: number | undefined;
  /** MiB for --max-old-space-size of a worker; undefined = the engine's default. */
  workerHeapMib: number | undefined;
}

/**
 * Sizes the server after its container. A part of a CPU counts as a whole one: a worker more can use the rest
 * of a quota of 1.5, and under load the kernel throttles all of them alike.
 */
export function sizeServer(surroundings: Surroundings): Sizing {
  const { parallelism, cpus, containerBytes, memoryLimit } = surroundings;
  const byCpu = Math.max(1, Math.min(parallelism, Math.ceil(cpus), MAX_WORKERS));
  const workers = surroundings.workers ?? byCpu;
  const limit = memoryLimit ?? (containerBytes === Infinity ? undefined : containerBytes);
  const byLimit = limit === undefined ? undefined : Math.floor(limit * CEILING_SHARE);
  const ceiling = surroundings.memoryCeiling ?? byLimit;
  const workerHeapMib = surroundings.heapMib ?? heapMibOf(limit, ceiling, workers);
  return { workers, memoryLimit: limit, memoryCeiling: ceiling, workerHeapMib };
}

function heapMibOf(limit: number | undefined, ceiling: number | undefined, workers: number): number | undefined {
  if (ceiling === undefined) return undefined;
  // A ceiling that was set above the usual part of the container does not make the container larger.
  const usable = Math.min(ceiling, (limit ?? Infinity) * CEILING_SHARE);
  const forWorkers = (usable * HEAP_SHARE_OF_CEILING * (1 - SUPERVISOR_SHARE)) / MEBIBYTE;
  return Math.max(MIN_WORKER_HEAP_MIB, Math.floor(forWorkers / workers));
}
