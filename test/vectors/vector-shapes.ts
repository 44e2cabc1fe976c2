// The shapes of protocol/vectors/*.json; protocol/vectors/README.md says what they mean.

/** Bytes as hex, or a list of parts where writing them out would be long. */
export type Bytes = string | readonly (string | { repeat: string; times: number })[];

export interface VectorFile<Vector> {
  readonly description: string;
  readonly vectors: readonly Vector[];
}

/** The message in protobuf's JSON form: lowerCamelCase, 64-bit integers as strings, enums as numbers. */
export type ProtoJson = Readonly<Record<string, unknown>>;

export type MessageName =
  | 'AuthRequest'
  | 'SubscribeRequest'
  | 'HeartbeatRequest'
  | 'HeartbeatResponse'
  | 'DataBatch'
  | 'ErrorResponse'
  | 'AckResponse'
  | 'GoAway';

export interface FrameVector {
  readonly name: string;
  readonly bytes: Bytes;
  readonly type: number;
  readonly payload: Bytes;
  /** What the payload holds, where it is a message that is written without a choice. */
  readonly message?: MessageName;
  readonly fields?: ProtoJson;
}

export type Fault = 'magic' | 'version' | 'length' | 'checksum';

export interface FaultVector {
  readonly name: string;
  readonly bytes: Bytes;
  /** Whole frames before the fault. */
  readonly framesBefore: number;
  readonly fault: Fault;
  /** The fault shows with this many bytes and not before. */
  readonly detectedAfterBytes: number;
  /** Code of the ERROR that the server sends; null = it closes without a word. */
  readonly errorFirst: number | null;
  readonly errorAfterAuth: number;
}

export interface MessageVector {
  readonly name: string;
  readonly message: MessageName;
  readonly payload: string;
  /** What is read; null = the payload cannot be decoded. */
  readonly fields: ProtoJson | null;
}

export interface ChecksumVector {
  readonly name: string;
  readonly bytes: Bytes;
  /** Eight hex digits. */
  readonly crc32c: string;
}

export interface VarintVector {
  /** Decimal; a negative number is an int64. */
  readonly value: string;
  readonly bytes: string;
}

/** Bytes of a payload; `varintOfNow` is the varint of the current unix time in ms plus an offset. */
export type PayloadPart = string | { repeat: string; times: number } | { varintOfNow: number };
/** Bytes to send: as they are, or a frame whose length and checksum the sender computes. */
export type SendPart = string | { repeat: string; times: number } | { type: number; payload: readonly PayloadPart[] };

export type ConversationStep =
  | { readonly send: readonly SendPart[]; readonly bytewise?: true }
  /** The client ends its half of the connection. */
  | { readonly end: true }
  | { readonly ack: number; readonly message: string }
  | { readonly pong: { readonly sequence: string } }
  | { readonly error: number }
  | { readonly batch: { readonly symbols?: readonly string[]; readonly mode: number } }
  | { readonly close: true };

export interface Conversation {
  readonly name: string;
  /** Which of the settings below the server runs with. */
  readonly server: keyof typeof serverSettings;
  readonly steps: readonly ConversationStep[];
}

/** What the conversations need of the server; all accept user1 / pass1. */
export const serverSettings = {
  default: { authTimeoutMs: 10_000, subscribeTimeoutMs: 60_000, heartbeatTimeoutMs: 20_000 },
  impatient: { authTimeoutMs: 1_000, subscribeTimeoutMs: 1_000, heartbeatTimeoutMs: 3_000 },
  deaf: { authTimeoutMs: 10_000, subscribeTimeoutMs: 60_000, heartbeatTimeoutMs: 1_000 },
} as const;

/** Bytes written out. */
export function bytesOf(bytes: Bytes): Buffer {
  const parts = typeof bytes === 'string' ? [bytes] : bytes;
  return Buffer.concat(
    parts.map((part) => Buffer.from(typeof part === 'string' ? part : part.repeat.repeat(part.times), 'hex')),
  );
}
