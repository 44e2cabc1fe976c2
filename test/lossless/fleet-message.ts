/** One client of the fleet. */
export interface ClientSpec {
  kind: 'resuming' | 'original';
  /** `HOST:PORT` */
  address: string;
  username: string;
  password: string;
  /** The authority to trust over TLS; undefined: plain TCP. */
  ca?: string;
  /** Places in the round of the symbols that it wants; all of them: it subscribes without a filter. */
  indices: number[];
}

/** What the clients of one kind have been through since the last time that this was asked for. */
export interface Window {
  /** The longest time without a tick, of each client. */
  pausesMs: number[];
  /** When a client was subscribed anew, unix ms. */
  subscribedAtMs: number[];
  /** Connections that ended without the client's wish. */
  closes: number;
  /** From the beginning on. */
  ticks: number;
  missing: number;
  duplicated: number;
  outOfOrder: number;
  /** Gaps that the clients told of. */
  gaps: number;
}

/** To a process of the fleet. */
export type FleetRequest =
  | { kind: 'open'; clients: ClientSpec[] }
  | { kind: 'highest' }
  /** Wait until every client has everything up to there; after the time, count what lacks as missing. */
  | { kind: 'settle'; sequence: number; withinMs: number }
  | { kind: 'window' };

/** From a process of the fleet: one answer to each request, in order. */
export type FleetAnswer =
  | { kind: 'done' }
  | { kind: 'highest'; sequence: number }
  | { kind: 'settled'; late: number }
  | { kind: 'window'; resuming: Window; original: Window }
  | { kind: 'failed'; message: string };
