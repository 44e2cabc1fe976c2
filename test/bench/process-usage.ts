import { readdir, readFile } from 'node:fs/promises';

export interface MemoryUsage {
  rssBytes: number;
  /** Resident memory with shared pages divided among those who share them. */
  pssBytes: number;
}

/** Ticks per second of the times in /proc/PID/stat: 100 on every Linux that Node runs on. */
const CLOCK_TICKS = 100;
const PAGE_BYTES = 4_096;

/**
 * Memory of processes together; one that has ended counts as nothing. The kernel walks over all their pages for it,
 * which holds up what they do meanwhile for tens of milliseconds: never while something is measured.
 */
export async function memoryUsage(pids: readonly number[]): Promise<MemoryUsage> {
  const usage: MemoryUsage = { rssBytes: 0, pssBytes: 0 };
  for (const pid of pids) {
    const rollup = await read(`/proc/${pid}/smaps_rollup`);
    usage.rssBytes += kibibytes(rollup, 'Rss');
    usage.pssBytes += kibibytes(rollup, 'Pss');
  }
  return usage;
}

/** CPU time of processes together since their start, user and system. */
export async function cpuSeconds(pids: readonly number[]): Promise<number> {
  const stats = await Promise.all(pids.map((pid) => read(`/proc/${pid}/stat`)));
  return stats.reduce((total, stat) => {
    // The name in parentheses may hold spaces; user and system time are fields 14 and 15, the 12th and 13th behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return total + (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / CLOCK_TICKS;
  }, 0);
}

/** Resident memory of some processes, in bytes, from what the kernel counts anyway. */
export async function residentBytes(pids: readonly number[]): Promise<number> {
  const texts = await Promise.all(pids.map((pid) => read(`/proc/${pid}/statm`)));
  return texts.reduce((total, text) => total + Number(text.split(' ')[1] ?? 0) * PAGE_BYTES, 0);
}

/** The most memory that was ever resident in a process, in bytes, as the kernel counts it. NaN when it has ended. */
export async function peakResidentBytes(pid: number): Promise<number> {
  const status = await read(`/proc/${pid}/status`);
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}

/** A process and all that it started. */
export async function processTree(pid: number): Promise<number[]> {
  const children = await read(`/proc/${pid}/task/${pid}/children`);
  const pids = children.split(' ').filter(Boolean).map(Number);
  const trees = await Promise.all(pids.map(processTree));
  return [pid, ...trees.flat()];
}

/** Open descriptors of some processes. */
export async function openDescriptors(pids: readonly number[]): Promise<number> {
  const lists = await Promise.all(pids.map((pid) => readdir(`/proc/${pid}/fd`).catch(() => [])));
  return lists.reduce((total, list) => total + list.length, 0);
}

/**
 * Memory that the kernel holds for TCP sockets and in its slabs, of the whole machine, in bytes. The reclaimable slabs
 * count: the inode and the dentry of a socket are there, and nothing can be reclaimed of them while it is open.
 */
export async function kernelSocketBytes(): Promise<number> {
  const [sockets, memory] = await Promise.all([read('/proc/net/sockstat'), read('/proc/meminfo')]);
  const buffers = Number(/^TCP: .* mem (\d+)/m.exec(sockets)?.[1] ?? 0) * PAGE_BYTES;
  return buffers + kibibytes(memory, 'Slab');
}

function kibibytes(text: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1_024;
}

async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
