import type { Tick } from '@tick-storm/client';

/** The heading of the columns that `tickLine` fills. */
export const TICK_HEADING: string = line('TIME (UTC)', 'SYMBOL', 'PRICE', 'VOLUME', 'BID', 'ASK', 'SEQUENCE');

/** A tick as one aligned line. */
export function tickLine(tick: Tick): string {
  const time = new Date(tick.timestampMs).toISOString().slice(11, 23);
  const place = tick.isSnapshot ? 'snapshot' : String(tick.sequence ?? '');
  return line(time, tick.symbol, price(tick.price), amount(tick.volume), price(tick.bid), price(tick.ask), place);
}

/** A tick as one JSON object; `server` is the server that it came from. */
export function tickJson(tick: Tick, server: string | undefined): string {
  return JSON.stringify({ ...tick, server });
}

function line(time: string, symbol: string, ...numbers: readonly string[]): string {
  return [time.padEnd(12), symbol.padEnd(10), ...numbers.map((text) => text.padStart(12))].join('  ');
}

/** Four decimals below ten, where cents are too coarse, else two. */
function price(value: number): string {
  return value.toFixed(Math.abs(value) < 10 ? 4 : 2);
}

function amount(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
