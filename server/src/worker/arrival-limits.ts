import type { HotSettings } from '../config/server-config.ts';
import type { CloseReason } from '../session/close-reason.ts';
import type { SocketRoom } from './socket-room.ts';

/** Connections of a worker that have yet to come to a session, the one in question included. */
export interface ArrivalCounts {
  all: number;
  /** Those of the same client; 0 = not known yet. */
  ofClient: number;
}

/**
 * Why an arrival is too many. Before its handshake it cannot be told, and who is refused is to be told if at all
 * possible: so arrivals are held against the limits by themselves, without the sessions, which have theirs.
 * @param sessions of the worker
 * @returns undefined when it may go on
 */
export function excessOf(
  { all, ofClient }: ArrivalCounts,
  sessions: number,
  { maxConnections, maxConnectionsPerIp }: Pick<HotSettings, 'maxConnections' | 'maxConnectionsPerIp'>,
  { forArrivals }: Pick<SocketRoom, 'forArrivals'>,
): CloseReason | undefined {
  if (maxConnectionsPerIp > 0 && ofClient > maxConnectionsPerIp) return 'connection_limit';
  if (all > maxConnections) return 'server_full';
  return sessions + all > forArrivals ? 'resource_breach' : undefined;
}
