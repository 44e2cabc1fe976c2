import { readText } from './read-text.ts';

/**
 * Reads a size from /proc/PID/status.
 * @param field such as `VmData` or `RssAnon`
 * @param pid of the process; left out = this one
 * @returns bytes; 0 where there is no such file or field
 */
export function processBytes(field: string, pid: number | 'self' = 'self'): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readText(`/proc/${pid}/status`) ?? '');
  return Number(line?.[1] ?? 0) * 1_024;
}
