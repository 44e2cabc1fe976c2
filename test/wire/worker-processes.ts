import { readFileSync } from 'node:fs';
import type { ServerProcess } from './server-process.ts';

/** Process ids of the server's workers that run now. */
export function workerPids(server: ServerProcess): number[] {
  const children = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8');
  return children.split(' ').filter(Boolean).map(Number);
}
