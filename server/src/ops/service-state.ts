/** A server's state as probes see it. */
export type Readiness = 'starting' | 'ready' | 'draining' | 'parked';

/** Where a server is between its start and its end. `parked`: unready, without connections, alive. */
export type ServiceState = 'starting' | 'serving' | 'draining' | 'parked' | 'stopping';

export interface DrainStatus {
  state: ServiceState;
  connections: number;
  /** Connections when the drain began. */
  connectionsAtStart?: number;
  /** RFC 3339. */
  startedAt?: string;
  /** RFC 3339: when the last connection is closed. */
  endsAt?: string;
}
