import type { Container, ContainerMemory } from '../limits/container.ts';
import type { Sizing } from '../limits/sizing.ts';
import type { Reading } from './reading.ts';

/** What the sampler must know of one process. */
export interface ProcessSample {
  pid: number;
  /** RLIMIT_NOFILE; Infinity = unlimited or unknown. */
  descriptorLimit: number;
  /** Event-loop lag that has lasted, in ms. */
  lagMs: number;
}

export interface SamplerOptions {
  container: Pick<Container, 'readMemory'>;
  sizing: Pick<Sizing, 'memoryLimit' | 'memoryCeiling'>;
  maxLagMs: number;
  maxStreamDelayMs: number;
  /** Anonymous resident memory of a process in bytes. */
  readAnonymousBytes: (pid: number) => number;
  /** Open descriptors of a process. */
  countDescriptors: (pid: number) => number;
}

/** What the sampler must know of the server as a whole. */
export interface ServerSample {
  connections: number;
  maxConnections: number;
  /** Delay of the stream that has lasted, in ms. */
  streamDelayMs: number;
}

/** What one look at the server's resources gives. */
export interface Sample {
  readings: Reading[];
  /** undefined = the container has no limit. */
  container: ContainerMemory | undefined;
  /** Anonymous memory of all processes. */
  processBytes: number;
}

/** Reads how much of each resource is used. */
export class ResourceSampler {
  readonly #options: SamplerOptions;

  constructor(options: SamplerOptions) {
    this.#options = options;
  }

  sample(processes: readonly ProcessSample[], { connections, maxConnections, streamDelayMs }: ServerSample): Sample {
    const { container, readAnonymousBytes, maxLagMs, maxStreamDelayMs } = this.#options;
    const memory = container.readMemory();
    const processBytes = processes.reduce((sum, { pid }) => sum + readAnonymousBytes(pid), 0);
    const readings = [
      ...this.#memory(memory, processBytes),
      ...this.#descriptors(processes),
      { resource: 'connections', used: connections, limit: maxConnections } as const,
      { resource: 'event_loop_lag', used: largest(processes), limit: maxLagMs } as const,
      { resource: 'stream_delay', used: streamDelayMs, limit: maxStreamDelayMs } as const,
    ];
    return { readings, container: memory, processBytes };
  }

  /**
   * Two limits hold: the container's for all that the kernel accounts to it, and the ceiling for what the processes
   * themselves have. The one that is nearer counts.
   */
  #memory(container: ContainerMemory | undefined, processBytes: number): Reading[] {
    const { memoryLimit, memoryCeiling } = this.#options.sizing;
    const readings: Reading[] = [];
    if (container && memoryLimit !== undefined)
      readings.push({ resource: 'memory', used: container.workingSet, limit: memoryLimit });
    if (memoryCeiling !== undefined) readings.push({ resource: 'memory', used: processBytes, limit: memoryCeiling });
    return nearest(readings);
  }

  /** Each process has a limit of its own; the one that is nearest to it counts. */
  #descriptors(processes: readonly ProcessSample[]): Reading[] {
    const bounded = processes.filter(({ descriptorLimit }) => descriptorLimit !== Infinity);
    return nearest(
      bounded.map(({ pid, descriptorLimit }) => {
        return { resource: 'descriptors', used: this.#options.countDescriptors(pid), limit: descriptorLimit };
      }),
    );
  }
}

function nearest(readings: readonly Reading[]): Reading[] {
  const [first, ...rest] = readings;
  if (!first) return [];
  return [rest.reduce((most, each) => (each.used / each.limit > most.used / most.limit ? each : most), first)];
}

function largest(processes: readonly ProcessSample[]): number {
  return Math.max(0, ...processes.map(({ lagMs }) => lagMs));
}
