import type { Tick } from '@tick-storm/protocol';
import { hashAt, hashText } from './hash.ts';

/** Prices are whole cents while they are computed. */
const CENTS = 100;
const MILLION = 1_000_000;

/** Value noise of one period: how far the price strays from its base, and how fast. */
interface Octave {
  periodMs: number;
  /** Largest deviation in millionths of the base price. */
  amplitude: number;
}

const octaves: readonly Octave[] = [
  { periodMs: 6 * 3_600_000, amplitude: 25_000 },
  { periodMs: 3_600_000, amplitude: 8_000 },
  { periodMs: 600_000, amplitude: 3_000 },
  { periodMs: 60_000, amplitude: 1_000 },
  { periodMs: 5_000, amplitude: 300 },
  { periodMs: 250, amplitude: 60 },
];

/** Raise it when any number below changes what a tick looks like: it is part of the epoch. */
export const MARKET_VERSION = 1;

/**
 * The quotes of one symbol as a pure function of seed, symbol and time. Integer arithmetic and random access
 * only (no Math.sin, no walk from a start), so that every pod and every engine version gets the same bits.
 */
export class Market {
  readonly symbol: string;
  readonly #key: number;
  readonly #baseCents: number;

  constructor(seed: string, symbol: string) {
    this.symbol = symbol;
    this.#key = hashText(`${seed}\n${symbol}`);
    // 10.00 to 1,009.99
    this.#baseCents = 1_000 + (hashAt(this.#key, 0) % 100_000);
  }

  /**
   * The tick at one moment.
   * @param timeMs unix ms, a non-negative integer
   */
  tickAt(timeMs: number, mode: number): Tick {
    const cents = this.#priceCents(timeMs);
    const dice = hashAt(this.#key ^ 0x5bd1e995, timeMs);
    const bidCents = cents - 1 - (dice % 3);
    const askCents = cents + 1 + ((dice >>> 4) % 3);
    return {
      symbol: this.symbol,
      timestampMs: timeMs,
      price: cents / CENTS,
      volume: 1 + ((dice >>> 8) % 1_000),
      bid: bidCents / CENTS,
      ask: askCents / CENTS,
      bidSize: 1 + ((dice >>> 18) % 100),
      askSize: 1 + ((dice >>> 25) % 100),
      mode,
      metadata: {},
    };
  }

  #priceCents(timeMs: number): number {
    let deviation = 0;
    for (let index = 0; index < octaves.length; index++) {
      const { periodMs, amplitude } = octaves[index]!;
      deviation += noise(this.#key + index, timeMs, periodMs, amplitude);
    }
    return this.#baseCents + Math.trunc((this.#baseCents * deviation) / MILLION);
  }
}

/** Random heights at multiples of the period, joined by straight lines; within +-amplitude. */
function noise(key: number, timeMs: number, periodMs: number, amplitude: number): number {
  const within = timeMs % periodMs;
  const index = (timeMs - within) / periodMs;
  const span = 2 * amplitude + 1;
  const left = (hashAt(key, index) % span) - amplitude;
  const right = (hashAt(key, index + 1) % span) - amplitude;
  return left + Math.trunc(((right - left) * within) / periodMs);
}
