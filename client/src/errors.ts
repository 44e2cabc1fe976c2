/**
 * Why a client or one of its connections failed:
 * - `connect`: no connection could be made (refused, unreachable, unknown host)
 * - `lost`: an established connection ended without a word
 * - `timeout`: the server did not answer in time, or fell silent
 * - `server`: the server said why, in an ERROR frame (see `server`)
 * - `protocol`: what the server sent is not the protocol
 * - `closed`: the client was closed before what was asked for happened
 */
export type TickStormErrorKind = 'connect' | 'lost' | 'timeout' | 'server' | 'protocol' | 'closed';

/** What an ERROR frame says. */
export interface ServerErrorReply {
  /** The number on the wire. */
  code: number;
  /** The code's name without its prefix, such as `INVALID_AUTH`. */
  name: string;
  message: string;
  details: string;
  /** Unix time of the server. */
  timestampMs: number;
  /**
   * With code 14 (`POSITION_UNAVAILABLE`): the earliest tick that the server has. A subscription with
   * `from: { epoch, sequence: earliestSequence - 1 }` begins with it. Undefined where the server says nothing of it.
   */
  earliestSequence: number | undefined;
  /** With code 14: the numbering that `earliestSequence` belongs to. */
  epoch: string | undefined;
}

export interface TickStormErrorOptions {
  kind: TickStormErrorKind;
  isRetryable: boolean;
  /** `HOST:PORT` of the server that it happened with. */
  address?: string | undefined;
  server?: ServerErrorReply | undefined;
  cause?: unknown;
}

/** Every error that the client reports. */
export class TickStormError extends Error {
  override readonly name: string = 'TickStormError';
  readonly kind: TickStormErrorKind;
  /** Whether trying again can help: a wrong password stays wrong, a lost connection may come back. */
  readonly isRetryable: boolean;
  readonly address: string | undefined;
  readonly server: ServerErrorReply | undefined;

  constructor(message: string, options: TickStormErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = options.kind;
    this.isRetryable = options.isRetryable;
    this.address = options.address;
    this.server = options.server;
  }
}
