import type { Tick } from '@tick-storm/client';
import { printable } from './printable.ts';

/** The largest distance from 1970 that a Date holds, in ms (ECMA-262, time values). */
const MAX_TIME_MS = 8.64e15;

/** The heading of the columns that `tickLine` fills. */
export const TICK_HEADING: string = line('TIME (UTC)', 'SYMBOL', 'PRICE', 'VOLUME', 'BID', 'ASK', 'SEQUENCE');

/** A tick as one aligned line. */
export function tickLine(tick: Tick): string {
  const place = tick.isSnapshot ? 'snapshot' : String(tick.sequence ?? '');
  const symbol = printable(tick.symbol);
  const numbers = [price(tick.price), amount(tick.volume), price(tick.bid), price(tick.ask)];
  return line(timeOfDay(tick.timestampMs), symbol, ...numbers, place);
}

/** A tick as one JSON object; `server` is the server that it came from. */
export function tickJson(tick: Tick, server: string | undefined): string {
  return JSON.stringify({ ...tick, server });
}

function line(time: string, symbol: string, ...numbers: readonly string[]): string {
  return [time.padEnd(12), symbol.padEnd(10), ...numbers.map((text) => text.padStart(12))].join('  ');
}

/** A server may send any int64; the day is not shown, so one that is long ago is not told from today. */
function timeOfDay(timestampMs: number): string {
  if (Math.abs(timestampMs) > MAX_TIME_MS) return 'out of range';
  return new Date(timestampMs).toISOString().slice(-13, -1);
}

/** Four decimals below ten, where cents are too coarse, else two. */
function price(value: number): string {
  return value.toFixed(Math.abs(value) < 10 ? 4 : 2);
}

function amount(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
