import { beforeEach, describe, expect, it } from '@jest/globals';
import { Departure } from './departure.ts';
import { FakeConnection } from './drainable-fixture.ts';

let connections: FakeConnection[];
let nowMs: number;
let phase: number;
let departure: Departure;

beforeEach(() => {
  nowMs = 0;
  phase = 0.5;
  connections = [];
  departure = new Departure({
    connections: () => connections,
    now: () => 1_000_000 + nowMs,
    monotonicNow: () => nowMs,
    random: () => phase,
  });
});

function advance(ms: number): void {
  nowMs += ms;
  departure.step(nowMs);
}

const closed = (): number => connections.filter(({ isClosing }) => isClosing).length;

function open(count: number, understandsGoAway: boolean): void {
  for (let made = 0; made < count; made++) connections.push(new FakeConnection(understandsGoAway, connections.length));
}

describe('a park', () => {
  it('that is taken back tells those who are still there that they may stay', () => {
    open(10, true);
    departure.park(10_000);
    advance(1_000);
    departure.stay();
    advance(60_000);
    expect(closed()).toBe(0);
    expect(departure.isUnderWay).toBe(false);
    expect(connections.every(({ session }) => !session.isLeaving)).toBe(true);
  });

  it('that becomes the end goes on within the shorter of the two windows', () => {
    open(100, false);
    departure.park(100_000);
    advance(49_000);
    expect(closed()).toBe(37);
    departure.leave('drain', 12_000);
    expect([departure.isForGood, closed()]).toEqual([true, 37]);
    advance(5_000);
    expect(closed()).toBe(60);
    advance(5_000);
    expect(closed()).toBe(100);
  });

  it('that becomes the end keeps its own window when that is nearly over', () => {
    open(10, false);
    departure.park(10_000);
    advance(7_000);
    departure.leave('drain', 600_000);
    advance(1_000);
    expect(closed()).toBe(10);
  });

  it('cannot take back an end', () => {
    open(1, false);
    departure.leave('recycle', 10_000);
    departure.stay();
    expect(departure.isUnderWay).toBe(true);
  });
});

describe('a rebalance', () => {
  it('asks so many at the rate, closes them when their time is over, and leaves the rest alone', () => {
    open(20, true);
    open(5, false);
    departure.rebalance(10, 4);
    const asked = (): number => connections.filter(({ session }) => session.isLeaving).length;
    advance(124);
    expect(asked()).toBe(0);
    advance(1);
    expect(asked()).toBe(1);
    advance(1_000);
    expect(asked()).toBe(5);
    advance(5_000);
    expect([asked(), closed()]).toEqual([10, 0]);
    advance(60_000);
    expect(connections.map(({ closeReason }) => closeReason).filter(Boolean)).toEqual(Array(10).fill('rebalanced'));
    expect(connections.slice(20).map(({ isClosing }) => isClosing)).toEqual(Array(5).fill(false));
  });

  it('asks those who have been there for the longest, wherever they stand', () => {
    phase = 0;
    for (const id of [7, 3, 9, 1]) connections.push(new FakeConnection(true, id));
    departure.rebalance(2, 1);
    advance(999);
    expect(connections.some(({ session }) => session.isLeaving)).toBe(false);
    advance(2_000);
    expect(connections.filter(({ session }) => session.isLeaving).map(({ id }) => id)).toEqual([3, 1]);
  });

  it('ends when there is nobody left to ask', () => {
    open(3, false);
    departure.rebalance(10, 1_000);
    advance(1_000);
    expect(closed()).toBe(0);
  });
});
