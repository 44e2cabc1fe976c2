import './integers.ts';
import { decodePlainDataBatch } from './data-batch-decoder.ts';
import { tickstorm } from './generated/tickstorm.js';
import type {
  AckResponse,
  AuthRequest,
  DataBatch,
  ErrorResponse,
  GoAway,
  HeartbeatRequest,
  HeartbeatResponse,
  SubscribeRequest,
  Tick,
} from './message-shapes.ts';

// One encodeX/decodeX pair per message. Encoding takes any subset of the fields and writes none that has
// its default value (canonical proto3, the golden frames' bytes). Decoding gives a plain object with every
// field set, ignores unknown fields, and throws on bytes that are not the message.

const wire = tickstorm.protocol;

function isDefault(value: unknown): boolean {
  if (value === undefined || value === null || value === 0 || value === '' || value === false) return true;
  return Array.isArray(value) ? value.length === 0 : false;
}

function withoutDefaults<T extends object>(message: T): Partial<T> {
  const kept: Partial<T> = {};
  for (const key in message) if (!isDefault(message[key])) kept[key] = message[key];
  return kept;
}

export function encodeAuthRequest(message: Partial<AuthRequest>): Uint8Array {
  return wire.AuthRequest.encode(withoutDefaults(message)).finish();
}

export function decodeAuthRequest(payload: Uint8Array): AuthRequest {
  const { username, password, clientId, version, features } = wire.AuthRequest.decode(payload);
  return { username, password, clientId, version, features };
}

export function encodeSubscribeRequest(message: Partial<SubscribeRequest>): Uint8Array {
  return wire.SubscribeRequest.encode(withoutDefaults(message)).finish();
}

export function decodeSubscribeRequest(payload: Uint8Array): SubscribeRequest {
  const { mode, symbols, startTimeMs, metadata, resumeEpoch, resumeSequence } = wire.SubscribeRequest.decode(payload);
  return { mode, symbols, startTimeMs, metadata, resumeEpoch, resumeSequence };
}

export function encodeHeartbeatRequest(message: Partial<HeartbeatRequest>): Uint8Array {
  return wire.HeartbeatRequest.encode(withoutDefaults(message)).finish();
}

export function decodeHeartbeatRequest(payload: Uint8Array): HeartbeatRequest {
  const { timestampMs, sequence } = wire.HeartbeatRequest.decode(payload);
  return { timestampMs, sequence };
}

export function encodeHeartbeatResponse(message: Partial<HeartbeatResponse>): Uint8Array {
  return wire.HeartbeatResponse.encode(withoutDefaults(message)).finish();
}

export function decodeHeartbeatResponse(payload: Uint8Array): HeartbeatResponse {
  const { clientTimestampMs, serverTimestampMs, sequence } = wire.HeartbeatResponse.decode(payload);
  return { clientTimestampMs, serverTimestampMs, sequence };
}

/** The server's hot path has its own encoder, which shares encoded ticks: see data-batch-encoder.ts. */
export function encodeDataBatch(message: Omit<Partial<DataBatch>, 'ticks'> & { ticks?: Partial<Tick>[] }): Uint8Array {
  const ticks = (message.ticks ?? []).map((tick) => withoutDefaults(tick));
  return wire.DataBatch.encode(withoutDefaults({ ...message, ticks })).finish();
}

/** Clients do this for every batch, so the usual ones have a decoder of their own: see data-batch-decoder.ts. */
export function decodeDataBatch(payload: Uint8Array): DataBatch {
  return decodePlainDataBatch(payload) ?? decodeAnyDataBatch(payload);
}

/** Decodes what {@link decodePlainDataBatch} leaves over. */
export function decodeAnyDataBatch(payload: Uint8Array): DataBatch {
  const batch = wire.DataBatch.decode(payload);
  const { batchTimestampMs, batchSequence, isSnapshot, streamSequence } = batch;
  const { epoch, sequenceDeltas, previousSequence, omitted } = batch;
  const ticks = batch.ticks.map(plainTick);
  const base = { ticks, batchTimestampMs, batchSequence, isSnapshot, streamSequence };
  return { ...base, epoch, sequenceDeltas, previousSequence, omitted };
}

function plainTick(tick: Readonly<tickstorm.protocol.ITick>): Tick {
  return {
    symbol: tick.symbol ?? '',
    timestampMs: tick.timestampMs ?? 0,
    price: tick.price ?? 0,
    volume: tick.volume ?? 0,
    bid: tick.bid ?? 0,
    ask: tick.ask ?? 0,
    bidSize: tick.bidSize ?? 0,
    askSize: tick.askSize ?? 0,
    mode: tick.mode ?? 0,
    metadata: tick.metadata ?? {},
  };
}

export function encodeErrorResponse(message: Partial<ErrorResponse>): Uint8Array {
  return wire.ErrorResponse.encode(withoutDefaults(message)).finish();
}

export function decodeErrorResponse(payload: Uint8Array): ErrorResponse {
  const { code, message, details, timestampMs, earliestSequence, epoch } = wire.ErrorResponse.decode(payload);
  return { code, message, details, timestampMs, earliestSequence, epoch };
}

export function encodeAckResponse(message: Partial<AckResponse>): Uint8Array {
  return wire.AckResponse.encode(withoutDefaults(message)).finish();
}

export function decodeAckResponse(payload: Uint8Array): AckResponse {
  const { ackType, success, message, timestampMs, metadata } = wire.AckResponse.decode(payload);
  return { ackType, success, message, timestampMs, metadata };
}

export function encodeGoAway(message: Partial<GoAway>): Uint8Array {
  return wire.GoAway.encode(withoutDefaults(message)).finish();
}

export function decodeGoAway(payload: Uint8Array): GoAway {
  const { reason, reconnectWithinMs, deadlineMs } = wire.GoAway.decode(payload);
  return { reason, reconnectWithinMs, deadlineMs };
}
