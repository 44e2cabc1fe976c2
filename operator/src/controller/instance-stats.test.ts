import { describe, expect, it } from '@jest/globals';
import { isNews, readSample, statsOf, type PodSample } from './instance-stats.ts';

const answer = (connections: number[], ticksPublished: number, position: number): object => ({
  version: '1',
  workers: connections.map((each, index) => ({ index, connections: each })),
  flow: { ticksPublished },
  streams: { SECOND: { position } },
});

const sample = (connections: number, ticksPublished: number, position: number, atMs: number): PodSample => ({
  connections,
  ticksPublished,
  position,
  errors: { closes: {}, breaches: [] },
  atMs,
});

describe('readSample', () => {
  it('adds up the workers', () => {
    expect(readSample(answer([3, 4], 500, 77), 9)).toEqual(sample(7, 500, 77, 9));
  });

  it('reads what it tells of errors', () => {
    const closes = { write_deadline: 3, client_closed: 70 };
    const resources = [
      { resource: 'memory', used: 9, limit: 10, ratio: 0.9, isBreached: true },
      { resource: 'connections', used: 1, limit: 10, ratio: 0.1, isBreached: false },
    ];
    expect(readSample({ ...answer([3], 500, 77), closes, resources }, 9)?.errors).toEqual({
      closes,
      breaches: ['memory'],
    });
  });

  it.each([{}, { ...answer([1], 2, 3), workers: [{ connections: -1 }] }, 'text', null])('refuses %j', (other) => {
    expect(readSample(other, 0)).toBeUndefined();
  });
});

describe('statsOf', () => {
  it('adds up clients, and takes rate and position from all pods, which carry the same ticks', () => {
    const stats = statsOf([
      [sample(10, 0, 1, 0), sample(12, 15_000, 205, 15_000)],
      [sample(10, 5_000, 1, 0), sample(13, 20_000, 200, 15_000)],
    ]);
    expect(stats).toEqual({ connections: 25, ticksPerSecond: 1_000, position: 200 });
  });

  it('knows no rate of a pod that was asked once or has restarted', () => {
    expect(statsOf([[undefined, sample(1, 100, 1, 0)]])?.ticksPerSecond).toBeUndefined();
    expect(statsOf([[sample(1, 100, 1, 0), sample(1, 5, 1, 10)]])?.ticksPerSecond).toBeUndefined();
  });

  it.each([
    [0, 0],
    [99, 99],
    [104, 100],
    [12_345, 12_000],
  ])('tells %d clients as %d', (clients, told) => {
    expect(statsOf([[undefined, sample(clients, 0, 0, 0)]])?.connections).toBe(told);
  });

  it('is nothing without pods', () => expect(statsOf([])).toBeUndefined());
});

describe('isNews', () => {
  const stats = { connections: 1_000, ticksPerSecond: 200, position: 1 };
  it.each([
    [{}, false],
    [{ position: 900 }, false],
    [{ connections: 1_100 }, false],
    [{ connections: 1_200 }, true],
    [{ connections: 0 }, true],
    [{ ticksPerSecond: undefined }, true],
  ])('%j: %s', (change, expected) => {
    expect(isNews(stats, { ...stats, ...change })).toBe(expected);
  });

  it('is not that a rate is still unknown', () => {
    const unknown = { ...stats, ticksPerSecond: undefined };
    expect(isNews(unknown, unknown)).toBe(false);
  });

  it('tells the first numbers and that there are none any more', () => {
    expect([isNews(undefined, stats), isNews(stats, undefined), isNews(undefined, undefined)]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
