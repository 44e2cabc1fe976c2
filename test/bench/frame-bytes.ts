import { encodeDataBatchFrame, type DataBatchFields } from '@tick-storm/protocol';

/** Bytes of a TCP segment's payload on Ethernet, with timestamps. */
const SEGMENT_BYTES = 1_448;
/** What goes with it: TCP 32, IPv4 20, Ethernet 18, preamble 8 and the gap 12. */
const PACKET_BYTES = 90;

/** As a pod has them that has run for some hours, on a stream of 2,000 ticks a second. */
const STREAM_SEQUENCE = 100_000_000_000;
const fields: DataBatchFields = {
  batchTimestampMs: Date.UTC(2026, 0, 1),
  batchSequence: 10_000,
  streamSequence: STREAM_SEQUENCE,
  previousSequence: STREAM_SEQUENCE - 1,
};

/** A frame of consecutive ticks, without them: header, checksum, and the fields of the batch. */
export const FRAME_BYTES: number = encodeDataBatchFrame([], fields).length;

/**
 * The same where a filter leaves ticks out between those of a frame: their distances are told.
 * @param ticks in the frame
 */
export function filteredFrameBytes(ticks: number): number {
  const sequenceDeltas = Array.from({ length: Math.max(0, Math.round(ticks) - 1) }, () => 100);
  return encodeDataBatchFrame([], { ...fields, sequenceDeltas }).length;
}

/** What one write takes on the cable, in full segments. */
export function onWireBytes(bytes: number): number {
  return bytes + PACKET_BYTES * Math.ceil(bytes / SEGMENT_BYTES);
}
