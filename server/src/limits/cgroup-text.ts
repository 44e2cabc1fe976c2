// Readers of the kernel's control group files; v1: Documentation/admin-guide/cgroup-v1, v2: cgroup-v2.rst.

/** v1 says "no limit" with the largest multiple of the page size that a signed 64-bit number holds. */
const V1_UNLIMITED = 2 ** 62;

/** The groups of a process: of the unified hierarchy (v2), and of each controller of v1. */
export interface CgroupPaths {
  unified: string | undefined;
  controllers: ReadonlyMap<string, string>;
}

/** Reads /proc/PID/cgroup: lines of `HIERARCHY:CONTROLLERS:PATH`. */
export function parseCgroupPaths(text: string): CgroupPaths {
  let unified: string | undefined;
  const controllers = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, hierarchy, names, path] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    if (hierarchy === '0' && names === '') unified = path;
    else for (const name of (names ?? '').split(',')) controllers.set(name, path);
  }
  return { unified, controllers };
}

/** Reads memory.max (v2) or memory.limit_in_bytes (v1). @returns bytes; Infinity = no limit; undefined = unreadable */
export function parseMemoryLimit(text: string): number | undefined {
  if (text.trim() === 'max') return Infinity;
  const bytes = parseCount(text);
  return bytes !== undefined && bytes >= V1_UNLIMITED ? Infinity : bytes;
}

/** Reads a file that holds one whole number that is not negative. */
export function parseCount(text: string): number | undefined {
  return /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}

/** Reads one line of a file of `KEY VALUE` lines, such as memory.stat. */
export function parseStat(text: string, key: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(`${key} `));
  return line === undefined ? undefined : parseCount(line.slice(key.length + 1));
}

/** Reads cpu.max of v2: `QUOTA PERIOD` in µs. @returns CPUs; Infinity = no limit */
export function parseCpuMax(text: string): number | undefined {
  const [quota = '', period = ''] = text.trim().split(' ');
  return quota === 'max' ? Infinity : ratio(parseCount(quota), parseCount(period));
}

/** Reads cpu.cfs_quota_us and cpu.cfs_period_us of v1, in µs; a quota of -1 is none. @returns CPUs */
export function parseCfsQuota(quota: string, period: string): number | undefined {
  return quota.trim() === '-1' ? Infinity : ratio(parseCount(quota), parseCount(period));
}

function ratio(quota: number | undefined, period: number | undefined): number | undefined {
  return quota === undefined || period === undefined || period === 0 ? undefined : quota / period;
}
