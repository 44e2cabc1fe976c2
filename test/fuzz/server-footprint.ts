import { readdir, readFile } from 'node:fs/promises';

/** What a server's processes hold together. */
export interface Footprint {
  processes: number;
  residentBytes: number;
  descriptors: number;
}

/** @param pid the supervisor's; its workers are its children */
export async function footprintOf(pid: number): Promise<Footprint> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const pids = [pid, ...children.split(' ').filter(Boolean).map(Number)];
  let residentBytes = 0;
  let descriptors = 0;
  for (const process of pids) {
    const status = await readFile(`/proc/${process}/status`, 'utf8');
    residentBytes += Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
    descriptors += (await readdir(`/proc/${process}/fd`)).length;
  }
  return { processes: pids.length, residentBytes, descriptors };
}
