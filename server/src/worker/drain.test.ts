import { describe, expect, it } from '@jest/globals';
import { Drain } from './drain.ts';
import { FakeConnection } from './drainable-fixture.ts';

const open = (connections: readonly FakeConnection[]): number =>
  connections.filter(({ isClosing }) => !isClosing).length;

describe('Drain', () => {
  const crowd = (others: number, movers: number): [FakeConnection[], FakeConnection[]] => [
    Array.from({ length: others }, () => new FakeConnection(false)),
    Array.from({ length: movers }, () => new FakeConnection(true)),
  ];

  // Asked clients leave at a rate of movers / 6.4 s up to 6.4 s: together with them never more than all / 6.4 s.
  it.each([
    [100, 0, [100, 100, 94, 63, 25, 13, 0]],
    [50, 50, [50, 50, 50, 44, 25, 13, 0]],
    [20, 80, [20, 20, 20, 20, 20, 13, 0]],
    [5, 95, [5, 5, 5, 5, 5, 5, 0]],
  ])('closes %d that do not understand GOAWAY, beside %d that do, as late as the same rate lets', (...given) => {
    const [others, movers] = crowd(given[0], given[1]);
    const drain = new Drain([...movers, ...others], 'drain', 10_000, 0, 1_000_000);
    const left = [0, 1_600, 2_000, 4_000, 6_400, 7_200, 8_000].map((nowMs) => {
      drain.step(nowMs);
      return open(others);
    });
    expect(left).toEqual(given[2]);
  });

  it('closes who understands GOAWAY last, at the time that it was told', () => {
    const movers = Array.from({ length: 3 }, () => new FakeConnection(true));
    const drain = new Drain(movers, 'recycle', 10_000, 0, 1_000_000);
    expect(movers[0]?.events).toEqual([
      { kind: 'drain', reason: 'recycle', reconnectWithinMs: 6_400, deadlineMs: 1_008_000 },
    ]);
    drain.step(7_999);
    expect(open(movers)).toBe(3);
    drain.step(8_000);
    expect(open(movers)).toBe(0);
  });

  it('closes all at once when there is no window', () => {
    const connections = [new FakeConnection(false), new FakeConnection(true)];
    new Drain(connections, 'drain', 0, 5, 1_000_000).step(5);
    expect(open(connections)).toBe(0);
  });

  it('does not touch what is closing already', () => {
    const closing = new FakeConnection(false);
    closing.isClosing = true;
    new Drain([closing], 'drain', 0, 0, 0).step(0);
    expect(closing.events).toEqual([]);
  });
});
