import { availableParallelism } from 'node:os';
import type { ServerConfig } from '../config/server-config.ts';
import type { Logger } from '../ops/logger.ts';
import type { Container } from './container.ts';
import { parseHeapMib } from './node-options.ts';
import type { Sizing } from './sizing.ts';
import { sizeServer } from './sizing.ts';

/**
 * How large the server is on this machine, in its container, by its settings; the same in all its processes.
 * @param nodeOptions NODE_OPTIONS
 */
export function sizeFor(config: ServerConfig, container: Container, nodeOptions: string): Sizing {
  return sizeServer({
    parallelism: availableParallelism(),
    cpus: container.cpus,
    containerBytes: container.memoryLimit,
    workers: config.workers,
    memoryLimit: config.memoryLimit,
    memoryCeiling: config.limits.memoryBytes,
    heapMib: parseHeapMib(nodeOptions),
  });
}

export function logSizing(logger: Logger, { version, memoryLimit, cpus }: Container, sizing: Sizing): void {
  logger.info('sized after the container', {
    cgroup: version,
    container_cpus: cpus === Infinity ? 'unlimited' : cpus,
    container_memory_bytes: memoryLimit === Infinity ? 'unlimited' : memoryLimit,
    workers: sizing.workers,
    memory_limit_bytes: sizing.memoryLimit ?? 'unlimited',
    memory_ceiling_bytes: sizing.memoryCeiling ?? 'unlimited',
    worker_heap_mib: sizing.workerHeapMib ?? 'default',
  });
}
