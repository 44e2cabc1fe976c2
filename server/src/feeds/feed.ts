import type { Tick } from '@tick-storm/protocol';

/** One of a feed's two streams. */
export type StreamMode = 1 | 2;

/** A tick and its position in its mode's stream, from 1, without gaps. */
export interface SequencedTick {
  sequence: number;
  tick: Tick;
}

/**
 * Where ticks come from. Every feed gives the same stream, with the same numbers, in every pod: that is what
 * lets a client change pods without losing a tick.
 *
 * Feeds are pulled: the hub takes what is due when its workers can carry it, so nothing piles up in between.
 */
export interface Feed {
  /** Names the numbering; positions of different epochs do not compare. */
  readonly epoch: string;
  /** Position of the last tick that is due at `nowMs` (unix ms); 0 = none yet. */
  dueSequence(mode: StreamMode, nowMs: number): number;
  /** The ticks of positions `from` to `to`, both included and both due, in order. */
  read(mode: StreamMode, from: number, to: number): SequencedTick[];
  /** The last tick of every symbol at position `sequence`, in order of position: what a snapshot is made of. */
  latest(mode: StreamMode, sequence: number): SequencedTick[];
  /** Position of the first tick at or after a time (unix ms), due or not. */
  sequenceAt(mode: StreamMode, timeMs: number): number;
  /** The time of a position, unix ms. */
  timeOf(mode: StreamMode, sequence: number): number;
}
