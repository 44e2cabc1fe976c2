import type { ConnectionRow } from '../link/connection-row.ts';
import type { Connection } from './connection.ts';
import type { ConnectionTable } from './connection-table.ts';

// What an administrator asks of the connections of a worker.

/** Those with the most bytes waiting, at most `limit`. @param nowMs monotonic */
export function describeByPending(table: ConnectionTable<Connection>, limit: number, nowMs: number): ConnectionRow[] {
  const all = table.all().map((connection) => ({ connection, pending: connection.pendingBytes }));
  all.sort((a, b) => b.pending - a.pending || a.connection.id - b.connection.id);
  return all.slice(0, limit).map(({ connection }) => connection.describe(nowMs));
}

/** @returns false when there is no open connection with this id */
export function kick(table: ConnectionTable<Connection>, id: number): boolean {
  const connection = table.all().find((each) => each.id === id);
  if (!connection || connection.isClosing) return false;
  connection.close('kicked');
  return true;
}
