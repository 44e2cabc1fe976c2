import { createHash } from 'node:crypto';
import type { FeedSettings } from '../config/server-config.ts';
import type { Feed, Selection, SequencedTick, StreamMode, SymbolMatcher } from './feed.ts';
import { Market, MARKET_VERSION } from './market.ts';
import { RoundSelection } from './round-selection.ts';

const SECOND = 1;
const MINUTE_MS = 60_000;

/** Position 1 of both streams lies here for every clock feed: 2025-01-01T00:00:00Z, a whole minute. */
export const CLOCK_FEED_START_MS = 1_735_689_600_000;

/**
 * A market that is always open. Position and time follow from each other by arithmetic, so any past tick can
 * be computed again and all pods carry the same stream without talking to each other:
 *
 * - SECOND: in every round of `tickIntervalMs` each symbol ticks once, in symbol order, evenly spread:
 *   position = round x symbols + index + 1.
 * - MINUTE: when a minute ends, each symbol's last tick in it, in symbol order:
 *   position = minute x symbols + index + 1.
 */
export class ClockFeed implements Feed {
  readonly epoch: string;
  readonly #markets: readonly Market[];
  readonly #intervalMs: number;
  readonly #allowanceMs: number;

  constructor(settings: FeedSettings) {
    this.#markets = settings.symbols.map((symbol) => new Market(settings.seed, symbol));
    this.#intervalMs = settings.tickIntervalMs;
    this.#allowanceMs = settings.clockAllowanceMs;
    const { seed, symbols, tickIntervalMs } = settings;
    const definition = ['clock', MARKET_VERSION, CLOCK_FEED_START_MS, seed, symbols, tickIntervalMs];
    this.epoch = createHash('sha256').update(JSON.stringify(definition)).digest('hex').slice(0, 16);
  }

  dueSequence(mode: StreamMode, nowMs: number): number {
    const elapsedMs = Math.floor(nowMs) - this.#allowanceMs - CLOCK_FEED_START_MS;
    return elapsedMs < 0 ? 0 : this.#ticksUpTo(mode, elapsedMs);
  }

  /** Every tick can be computed again. */
  earliestSequence(mode: StreamMode, sinceMs: number): number {
    return this.sequenceAt(mode, sinceMs);
  }

  read(mode: StreamMode, from: number, to: number): SequencedTick[] {
    const ticks: SequencedTick[] = [];
    for (let sequence = from; sequence <= to; sequence++) ticks.push(this.#at(mode, sequence));
    return ticks;
  }

  latest(mode: StreamMode, sequence: number): SequencedTick[] {
    return this.read(mode, Math.max(1, sequence - this.#markets.length + 1), sequence);
  }

  /** The places of the symbols in a round are the same in every round and in both modes. */
  select(_mode: StreamMode, matcher: SymbolMatcher): Selection {
    const indices: number[] = [];
    for (const [index, { symbol }] of this.#markets.entries()) if (matcher.matches(symbol)) indices.push(index);
    return new RoundSelection(this.#markets.length, indices);
  }

  sequenceAt(mode: StreamMode, timeMs: number): number {
    const elapsedMs = Math.ceil(timeMs) - CLOCK_FEED_START_MS;
    if (elapsedMs <= 0) return 1;
    if (mode === SECOND) return this.#ticksUpTo(mode, elapsedMs - 1) + 1;
    // In the minute of that time, a symbol's closing tick may lie before it.
    const minute = Math.floor(elapsedMs / MINUTE_MS);
    const closingMs = CLOCK_FEED_START_MS + (minute + 1) * MINUTE_MS;
    const index = this.#markets.findIndex((_, each) => this.#lastTickBefore(closingMs, each) >= timeMs);
    return (index === -1 ? minute + 1 : minute) * this.#markets.length + Math.max(0, index) + 1;
  }

  timeOf(mode: StreamMode, sequence: number): number {
    const count = this.#markets.length;
    const index = (sequence - 1) % count;
    const round = (sequence - 1 - index) / count;
    if (mode === SECOND) return CLOCK_FEED_START_MS + round * this.#intervalMs + this.#offsetMs(index);
    return CLOCK_FEED_START_MS + (round + 1) * MINUTE_MS;
  }

  dueTimeOf(mode: StreamMode, sequence: number): number {
    return this.timeOf(mode, sequence) + this.#allowanceMs;
  }

  /** Number of positions whose time is at most `elapsedMs` after the start. */
  #ticksUpTo(mode: StreamMode, elapsedMs: number): number {
    const count = this.#markets.length;
    if (mode !== SECOND) return Math.floor(elapsedMs / MINUTE_MS) * count;
    const within = elapsedMs % this.#intervalMs;
    const round = (elapsedMs - within) / this.#intervalMs;
    // floor(index x interval / count) <= within  <=>  index < (within + 1) x count / interval
    const inRound = Math.ceil(((within + 1) * count) / this.#intervalMs);
    return round * count + Math.min(count, inRound);
  }

  #offsetMs(index: number): number {
    return Math.floor((index * this.#intervalMs) / this.#markets.length);
  }

  #at(mode: StreamMode, sequence: number): SequencedTick {
    const index = (sequence - 1) % this.#markets.length;
    const timeMs = this.timeOf(mode, sequence);
    const tickTimeMs = mode === SECOND ? timeMs : this.#lastTickBefore(timeMs, index);
    return { sequence, tick: this.#markets[index]!.tickAt(tickTimeMs, mode) };
  }

  /** Time of a symbol's last SECOND tick before a moment. */
  #lastTickBefore(timeMs: number, index: number): number {
    const offsetMs = this.#offsetMs(index);
    const elapsedMs = timeMs - 1 - CLOCK_FEED_START_MS - offsetMs;
    return CLOCK_FEED_START_MS + offsetMs + Math.floor(elapsedMs / this.#intervalMs) * this.#intervalMs;
  }
}
