// The messages of tickstorm.proto as plain objects. Enum fields are `number`: what comes from the wire may
// lie outside the set that is known here.

export interface AuthRequest {
  username: string;
  password: string;
  clientId: string;
  version: string;
  /** Extension: `goaway`, `resume`. */
  features: string[];
}

export interface SubscribeRequest {
  /** {@link SubscriptionMode} */
  mode: number;
  /** Exact symbols, `*` or `PREFIX*`; empty means all. */
  symbols: string[];
  /** Unix ms; 0 = live only. */
  startTimeMs: number;
  metadata: Record<string, string>;
  /** Extension: the epoch that `resumeSequence` belongs to; empty = no resume. */
  resumeEpoch: string;
  /** Extension: the last stream_sequence that the client has. */
  resumeSequence: number;
}

export interface HeartbeatRequest {
  timestampMs: number;
  sequence: number;
}

export interface HeartbeatResponse {
  clientTimestampMs: number;
  serverTimestampMs: number;
  sequence: number;
}

export interface Tick {
  symbol: string;
  timestampMs: number;
  price: number;
  volume: number;
  bid: number;
  ask: number;
  bidSize: number;
  askSize: number;
  /** {@link SubscriptionMode} */
  mode: number;
  metadata: Record<string, string>;
}

export interface DataBatch {
  ticks: Tick[];
  batchTimestampMs: number;
  batchSequence: number;
  isSnapshot: boolean;
  /** Extension: position of the first tick; for a snapshot the position that it reflects. */
  streamSequence: number;
  /** Extension: set in a connection's first batch and when it changes, else empty. */
  epoch: string;
  /** Extension: tick i + 1 minus tick i; empty = all 1. */
  sequenceDeltas: number[];
  /** Extension: position of the last matching tick before this batch; 0 = none since the epoch began. */
  previousSequence: number;
  /** Extension: matching ticks left out since the connection's last batch. */
  omitted: number;
}

export interface ErrorResponse {
  /** {@link ErrorCode} */
  code: number;
  message: string;
  details: string;
  timestampMs: number;
  /** Extension, with code 14. */
  earliestSequence: number;
  /** Extension, with code 14. */
  epoch: string;
}

export interface AckResponse {
  /** {@link MessageType} that is acknowledged. */
  ackType: number;
  success: boolean;
  message: string;
  timestampMs: number;
  metadata: Record<string, string>;
}

/** Extension: the payload of a GOAWAY frame. */
export interface GoAway {
  /** `drain`, `rebalance` or `recycle`. */
  reason: string;
  reconnectWithinMs: number;
  /** Unix ms at which the server closes the connection. */
  deadlineMs: number;
}
