import { describe, expect, it } from '@jest/globals';
import { Drain } from './drain.ts';
import { FakeConnection } from './drainable-fixture.ts';

const open = (connections: readonly FakeConnection[]): number =>
  connections.filter(({ isClosing }) => !isClosing).length;

describe('Drain', () => {
  it('spreads the closes evenly and leaves the end of the window for flushing', () => {
    const connections = Array.from({ length: 100 }, () => new FakeConnection(false));
    const drain = new Drain(connections, 'drain', 10_000, 0, 1_000_000);
    const left = [0, 2_000, 4_000, 8_000].map((nowMs) => {
      drain.step(nowMs);
      return open(connections);
    });
    expect(left).toEqual([100, 75, 50, 0]);
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
