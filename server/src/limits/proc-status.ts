import { readFileSync } from 'node:fs';

/**
 * Reads a size from /proc/self/status.
 * @param field such as `VmData` or `VmRSS`
 * @returns bytes; 0 where there is no such file or field
 */
export function processBytes(field: string): number {
  try {
    const line = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync('/proc/self/status', 'utf8'));
    return Number(line?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}
