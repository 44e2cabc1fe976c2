import { posix } from 'node:path';
import {
  parseCfsQuota,
  parseCgroupPaths,
  parseCount,
  parseCpuMax,
  parseMemoryLimit,
  parseStat,
} from './cgroup-text.ts';

/** Reads a text file. @returns undefined where there is none */
export type ReadText = (path: string) => string | undefined;

/** What a container holds of its memory, in bytes. */
export interface ContainerMemory {
  /** What cannot be reclaimed at once: usage without inactive file pages; what the kubelet calls working set. */
  workingSet: number;
  /** Buffers of sockets, part of the working set. v1 does not account them with the group: unknown. */
  sockets: number | 'unknown';
}

const MOUNT = '/sys/fs/cgroup';

/**
 * The control groups that bound this process. The tightest limit from its own group up to the mounted root
 * counts; inside of a container that root is the container's group, whatever path /proc tells.
 */
export class Container {
  /** Of the control groups' interface. */
  readonly version: 1 | 2;
  /** Bytes; Infinity = none. */
  readonly memoryLimit: number;
  /** CPUs that the quota allows, also parts of one; Infinity = no quota. */
  readonly cpus: number;
  readonly #read: ReadText;
  /** The group with the memory limit. */
  readonly #memoryGroup: string;

  constructor(read: ReadText) {
    this.#read = read;
    const paths = parseCgroupPaths(read('/proc/self/cgroup') ?? '');
    this.version = read(posix.join(MOUNT, 'cgroup.controllers')) === undefined ? 1 : 2;
    const groups = (controller: string): string[] =>
      this.version === 2
        ? upwards(MOUNT, paths.unified ?? '/')
        : upwards(posix.join(MOUNT, controller), paths.controllers.get(controller) ?? '/');
    const limitFile = this.version === 2 ? 'memory.max' : 'memory.limit_in_bytes';
    const [memoryGroup, memoryLimit] = tightest(groups('memory'), (group) => {
      const text = read(posix.join(group, limitFile));
      return text === undefined ? undefined : parseMemoryLimit(text);
    });
    this.#memoryGroup = memoryGroup;
    this.memoryLimit = memoryLimit;
    [, this.cpus] = tightest(groups('cpu'), (group) => this.#cpusOf(group));
  }

  /** @returns undefined where there is no limit that it could be held against */
  readMemory(): ContainerMemory | undefined {
    if (this.memoryLimit === Infinity) return undefined;
    const isUnified = this.version === 2;
    const usage = parseCount(this.#text(isUnified ? 'memory.current' : 'memory.usage_in_bytes'));
    const stat = this.#text('memory.stat');
    const inactive = parseStat(stat, isUnified ? 'inactive_file' : 'total_inactive_file');
    if (usage === undefined || inactive === undefined) return undefined;
    const sockets = isUnified ? parseStat(stat, 'sock') : undefined;
    return { workingSet: Math.max(0, usage - inactive), sockets: sockets ?? 'unknown' };
  }

  #cpusOf(group: string): number | undefined {
    const read = (name: string): string | undefined => this.#read(posix.join(group, name));
    if (this.version === 2) {
      const text = read('cpu.max');
      return text === undefined ? undefined : parseCpuMax(text);
    }
    const [quota, period] = [read('cpu.cfs_quota_us'), read('cpu.cfs_period_us')];
    return quota === undefined || period === undefined ? undefined : parseCfsQuota(quota, period);
  }

  #text(name: string): string {
    return this.#read(posix.join(this.#memoryGroup, name)) ?? '';
  }
}

/** A group and all those above it, up to the mount. */
function upwards(mount: string, path: string): string[] {
  const groups: string[] = [];
  for (let at = posix.normalize(path); ; at = posix.dirname(at)) {
    groups.push(posix.join(mount, at));
    if (at === '/') return groups;
  }
}

/** @returns the group with the smallest limit, and that limit; Infinity when none has one */
function tightest(groups: readonly string[], limitOf: (group: string) => number | undefined): [string, number] {
  let found: [string, number] = ['', Infinity];
  for (const group of groups) {
    const limit = limitOf(group) ?? Infinity;
    if (limit < found[1]) found = [group, limit];
  }
  return found;
}
