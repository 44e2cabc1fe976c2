import type { Backlog } from './worker-metrics.ts';

/**
 * The clients to close when memory is short: those for whom the most waits, until that is as much as is to be
 * freed; at least one, never one for whom nothing waits.
 */
export function slowest<Client extends Pick<Backlog, 'pendingBytes'>>(
  clients: Iterable<Client>,
  bytes: number,
): Client[] {
  const waiting = [...clients].filter(({ pendingBytes }) => pendingBytes > 0);
  waiting.sort((one, other) => other.pendingBytes - one.pendingBytes);
  const chosen: Client[] = [];
  let freed = 0;
  for (const client of waiting) {
    if (chosen.length > 0 && freed >= bytes) break;
    chosen.push(client);
    freed += client.pendingBytes;
  }
  return chosen;
}
