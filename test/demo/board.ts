import type { PodTick } from './streams.ts';

interface SymbolRow {
  price: number;
  bid: number;
  ask: number;
  /** Of the last price against the one before it: -1, 0 or 1. */
  direction: number;
  ticks: number;
}

/** What the screen shows: the latest of every symbol, and what each pod sent. Knows no clock and no terminal. */
export class Board {
  readonly #symbols = new Map<string, SymbolRow>();
  readonly #pods = new Map<string, { total: number; recent: number; rate: number }>();
  #rateSinceMs: number;

  constructor(pods: readonly string[], nowMs: number) {
    for (const pod of pods) this.#pods.set(pod, { total: 0, recent: 0, rate: 0 });
    this.#rateSinceMs = nowMs;
  }

  add({ pod, tick }: PodTick): void {
    const row = this.#symbols.get(tick.symbol) ?? { price: tick.price, bid: 0, ask: 0, direction: 0, ticks: 0 };
    row.direction = Math.sign(tick.price - row.price) || row.direction;
    row.price = tick.price;
    row.bid = tick.bid;
    row.ask = tick.ask;
    row.ticks++;
    this.#symbols.set(tick.symbol, row);
    const source = this.#pods.get(pod) ?? { total: 0, recent: 0, rate: 0 };
    source.total++;
    source.recent++;
    this.#pods.set(pod, source);
  }

  get total(): number {
    return [...this.#pods.values()].reduce((sum, { total }) => sum + total, 0);
  }

  get pods(): number {
    return [...this.#pods.values()].filter(({ total }) => total > 0).length;
  }

  /** The screen, a string a line; at most `symbols` of the symbols. Rates are of the last second or more. */
  lines(nowMs: number, symbols: number): readonly string[] {
    const spanMs = nowMs - this.#rateSinceMs;
    if (spanMs >= 1000) {
      for (const pod of this.#pods.values()) {
        pod.rate = (pod.recent * 1000) / spanMs;
        pod.recent = 0;
      }
      this.#rateSinceMs = nowMs;
    }
    const shown = [...this.#symbols].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, symbols);
    const hidden = this.#symbols.size - shown.length;
    return [
      heading,
      ...shown.map(([symbol, row]) =>
        columns(
          symbol,
          `${arrow(row.direction)} ${money(row.price)}`,
          money(row.bid),
          money(row.ask),
          String(row.ticks),
        ),
      ),
      ...(hidden > 0 ? [`… and ${hidden} more symbols`] : []),
      '',
      ...[...this.#pods].map(([pod, { total, rate }]) => `pod ${pod}  ${rate.toFixed(0)} ticks/s  ${total} ticks`),
    ];
  }
}

const heading = columns('SYMBOL', 'PRICE', 'BID', 'ASK', 'TICKS');

function columns(first: string, ...others: readonly string[]): string {
  return [first.padEnd(8), ...others.map((text) => text.padStart(11))].join(' ');
}

function arrow(direction: number): string {
  return direction > 0 ? '▲' : direction < 0 ? '▼' : ' ';
}

function money(value: number): string {
  return value.toFixed(2);
}
