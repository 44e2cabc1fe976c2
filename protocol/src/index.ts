export { crc32c } from './crc32c.ts';
export { encodeBatchTick, encodeDataBatchFrame, MAX_BATCH_TICK_BYTES } from './data-batch-encoder.ts';
export type { DataBatchFields } from './data-batch-encoder.ts';
export { splitDataBatchFrame } from './data-batch-splitter.ts';
export type { EncodedTick } from './data-batch-splitter.ts';
export { encodeFrame } from './encode-frame.ts';
export { ErrorCode, errorCodeName } from './error-code.ts';
export { CHECKSUM_BYTES, HEADER_BYTES, MAX_FRAME_BYTES, MAX_PAYLOAD_BYTES, PROTOCOL_VERSION } from './frame.ts';
export type { Frame } from './frame.ts';
export { FrameDecoder } from './frame-decoder.ts';
export { FrameError } from './frame-error.ts';
export type { FrameErrorKind } from './frame-error.ts';
export {
  FieldLimits,
  isHeartbeatTime,
  isStartTime,
  isSymbol,
  isSymbolFilter,
  metadataProblem,
  symbolFiltersProblem,
} from './limits.ts';
export type * from './message-shapes.ts';
export { MessageType, messageTypeName } from './message-type.ts';
export {
  decodeAckResponse,
  decodeAuthRequest,
  decodeDataBatch,
  decodeErrorResponse,
  decodeGoAway,
  decodeHeartbeatRequest,
  decodeHeartbeatResponse,
  decodeSubscribeRequest,
  encodeAckResponse,
  encodeAuthRequest,
  encodeDataBatch,
  encodeErrorResponse,
  encodeGoAway,
  encodeHeartbeatRequest,
  encodeHeartbeatResponse,
  encodeSubscribeRequest,
} from './messages.ts';
export { encodePong } from './pong.ts';
export { SubscriptionMode } from './subscription-mode.ts';
