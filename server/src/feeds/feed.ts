import type { Tick } from '@tick-storm/protocol';

/** One of a feed's two streams. */
export type StreamMode = 1 | 2;

/** A tick and its position in its mode's stream, from 1, without gaps. */
export interface SequencedTick {
  sequence: number;
  tick: Tick;
}

/** Tells which symbols are asked for. */
export interface SymbolMatcher {
  matches(symbol: string): boolean;
}

/** The ticks of some symbols in one mode's stream, found without reading the ticks of the others. */
export interface Selection {
  /** Positions of these ticks from `from` to `to`, both included, in order: the first `max` of them. */
  positions(from: number, to: number, max: number): number[];
  /** Position of the last of these ticks at or before a position that is kept; 0 = none since the epoch began. */
  lastUpTo(sequence: number): number;
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
  /**
   * The first position at or after a time (unix ms) that can still be had: the feed's own history may be shorter
   * than what is asked for.
   */
  earliestSequence(mode: StreamMode, sinceMs: number): number;
  /** The ticks of positions `from` to `to`, both included, both due and kept, in order. */
  read(mode: StreamMode, from: number, to: number): SequencedTick[];
  /** The last tick of every symbol at position `sequence`, in order of position: what a snapshot is made of. */
  latest(mode: StreamMode, sequence: number): SequencedTick[];
  /** The ticks of the symbols that match, in one mode's stream. */
  select(mode: StreamMode, matcher: SymbolMatcher): Selection;
  /** Position of the first tick whose timestamp is at or after a time (unix ms), due or not. */
  sequenceAt(mode: StreamMode, timeMs: number): number;
  /** The time at which a position is due, unix ms: of a MINUTE tick the end of its minute. */
  timeOf(mode: StreamMode, sequence: number): number;
  /** When a position is published if nothing holds it up, unix ms: {@link timeOf} and what clocks are allowed to differ. */
  dueTimeOf(mode: StreamMode, sequence: number): number;
}
