import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { NATS_VERSION } from './nats-server.ts';

/** Where a run took place. */
export interface Machine {
  cpu: string;
  cpus: number;
  memoryGiB: number;
  kernel: string;
  node: string;
  nats: string;
}

export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cpus: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `Linux ${release()}`,
    node: process.version,
    nats: NATS_VERSION,
  };
}
