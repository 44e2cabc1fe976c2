import { readdirSync, statSync } from 'node:fs';

/** Open descriptors of a process; 0 when it is gone. */
export function countDescriptors(pid: number | 'self'): number {
  const path = `/proc/${pid}/fd`;
  try {
    // Since Linux 6.2 the directory's size is their number; before it is 0 and they must be listed.
    return statSync(path).size || readdirSync(path).length;
  } catch {
    return 0;
  }
}
