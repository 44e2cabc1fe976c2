import type { TickStormError } from './errors.ts';
import type { Gap } from './gap.ts';

/**
 * Where a client stands:
 * - `connecting`: an attempt is under way (TCP, then AUTH)
 * - `ready`: authenticated, nothing subscribed yet
 * - `subscribed`: the server confirmed the subscription; ticks flow. Told anew when another server has taken over
 *   from one that said GOAWAY
 * - `waiting`: pausing before the next attempt
 * - `closed`: for good
 */
export type ClientState = 'connecting' | 'ready' | 'subscribed' | 'waiting' | 'closed';

export interface StateChange {
  state: ClientState;
  previous: ClientState;
  /** `HOST:PORT` of the server concerned; undefined when closed. */
  address: string | undefined;
  /** With `waiting`: the pause before the next attempt. */
  delayMs: number | undefined;
  /** Why, when a failure led to the state. */
  error: TickStormError | undefined;
}

/** What the server says about itself in its answer to AUTH. */
export interface ServerInfo {
  /** `HOST:PORT` that the client connected to. */
  address: string;
  /** The server's name: in Kubernetes the pod's. Undefined from a server that does not tell. */
  instance: string | undefined;
  version: string | undefined;
  /** The protocol extensions that it granted. */
  features: readonly string[];
}

/** One DATA_BATCH frame, without its ticks (these come through the iteration). */
export interface BatchInfo {
  ticks: number;
  /** How many of them the consumer had already, after a reconnect; they are left out. */
  duplicates: number;
  isSnapshot: boolean;
  batchSequence: number;
  /** Unix time of the server when it sent the batch. */
  batchTimestampMs: number;
  epoch: string | undefined;
  /** Stream sequences of the first and the last tick; undefined in snapshots and from an original server. */
  firstSequence: number | undefined;
  lastSequence: number | undefined;
}

/** The server will close this connection; the client connects elsewhere by itself, and only then leaves it. */
export interface GoAwayNotice {
  /** Such as `drain`, `rebalance`, `recycle`. */
  reason: string;
  /** The client begins to look elsewhere at a random moment within this time. */
  reconnectWithinMs: number;
  /** Unix time at which the server closes. */
  deadlineMs: number;
}

/** The events of a client and what their listeners get. */
export interface ClientEvents {
  state: [StateChange];
  batch: [BatchInfo];
  gap: [Gap];
  goaway: [GoAwayNotice];
  /** A failure, whether the client recovers from it (`isRetryable`) or ends with it. Need not be listened to. */
  error: [TickStormError];
}
