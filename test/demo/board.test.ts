import { describe, expect, it } from '@jest/globals';
import type { Tick } from '@tick-storm/client';
import { Board } from './board.ts';

const tick = (symbol: string, price: number): Tick => ({
  symbol,
  price,
  timestampMs: 0,
  volume: 1,
  bid: price - 0.01,
  ask: price + 0.01,
  bidSize: 1,
  askSize: 1,
  mode: 'second',
  metadata: {},
  sequence: 1,
  epoch: 'a',
  isSnapshot: false,
});

describe('the demo’s screen', () => {
  it('shows the latest price of each symbol in order, and where it went', () => {
    const board = new Board(['pod-a'], 0);
    board.add({ pod: 'pod-a', tick: tick('MSFT', 97.4) });
    board.add({ pod: 'pod-a', tick: tick('AAPL', 10) });
    board.add({ pod: 'pod-a', tick: tick('AAPL', 9.5) });
    const [heading, first, second] = board.lines(100, 10);
    expect(heading).toBe('SYMBOL         PRICE         BID         ASK       TICKS');
    expect(first).toBe('AAPL          ▼ 9.50        9.49        9.51           2');
    expect(second).toBe('MSFT           97.40       97.39       97.41           1');
  });

  it('says how many symbols do not fit', () => {
    const board = new Board([], 0);
    for (const symbol of ['A', 'B', 'C']) board.add({ pod: 'pod-a', tick: tick(symbol, 1) });
    expect(board.lines(0, 1)).toContain('… and 2 more symbols');
  });

  it('measures each pod’s rate over the time since the last measurement', () => {
    const board = new Board(['pod-a', 'pod-b'], 0);
    for (let i = 0; i < 30; i++) board.add({ pod: 'pod-a', tick: tick('A', i) });
    expect(board.lines(500, 1).at(-2)).toBe('pod pod-a  0 ticks/s  30 ticks');
    expect(board.lines(1500, 1).at(-2)).toBe('pod pod-a  20 ticks/s  30 ticks');
    expect(board.lines(1500, 1).at(-1)).toBe('pod pod-b  0 ticks/s  0 ticks');
    expect([board.total, board.pods]).toEqual([30, 1]);
  });
});
