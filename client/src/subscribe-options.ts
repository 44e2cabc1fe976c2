import { FieldLimits, isStartTime, symbolFiltersProblem } from '@tick-storm/protocol';
import type { Mode } from './tick.ts';

/** A tick that the consumer has: the stream goes on right behind it. */
export interface FromPosition {
  epoch: string;
  sequence: number;
}

/** What to subscribe to. */
export interface SubscribeOptions {
  /** At most 100: symbols such as `AAPL`, prefixes such as `BTC*`, or `*`. Default: all. */
  symbols?: readonly string[];
  /** Default `second`: every tick. `minute`: the closing tick of each one-minute bar. */
  mode?: Mode;
  /** Goes on behind this tick, as far back as the server's history reaches; what is older is told as a `gap`. */
  from?: FromPosition;
  /** Begins with the first tick at or after this unix time: at most 24 h ago, else as `from`. */
  startTimeMs?: number;
}

/** Checked options with every default filled in. */
export interface SubscribeSettings {
  symbols: readonly string[];
  mode: Mode;
  from: FromPosition | undefined;
  /** 0: from now on. */
  startTimeMs: number;
}

/**
 * @param nowMs unix ms
 * @throws RangeError that names the option, what is wrong with it, and what is allowed
 */
export function resolveSubscribeOptions(options: SubscribeOptions, nowMs: number): SubscribeSettings {
  const { symbols = [], mode = 'second', from, startTimeMs } = options;
  const problem = symbolFiltersProblem(symbols);
  if (problem) throw new RangeError(problem);
  if (mode !== 'second' && mode !== 'minute') {
    throw new RangeError(`mode is ${JSON.stringify(mode)}; second or minute is needed`);
  }
  if (from && startTimeMs !== undefined)
    throw new RangeError('give either from or startTimeMs: each says where to begin');
  if (from) checkPosition(from);
  if (startTimeMs !== undefined && !(Number.isSafeInteger(startTimeMs) && isStartTime(startTimeMs, nowMs))) {
    const { startTimePastMs, startTimeFutureMs } = FieldLimits;
    const range = `${nowMs - startTimePastMs} (24 h ago) to ${nowMs + startTimeFutureMs} (in 5 min)`;
    throw new RangeError(`startTimeMs is ${startTimeMs}; a unix time in ms from ${range} is needed`);
  }
  return { symbols: [...symbols], mode, from: from && { ...from }, startTimeMs: startTimeMs ?? 0 };
}

function checkPosition({ epoch, sequence }: FromPosition): void {
  if (typeof epoch !== 'string' || epoch === '') {
    throw new RangeError(`from.epoch is ${JSON.stringify(epoch)}; the epoch of a tick is needed`);
  }
  if (!Number.isSafeInteger(sequence) || sequence < 0) {
    throw new RangeError(`from.sequence is ${String(sequence)}; the sequence of a tick is needed, or 0`);
  }
}
