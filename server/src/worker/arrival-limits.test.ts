import { describe, expect, it } from '@jest/globals';
import { excessOf } from './arrival-limits.ts';

const limits = { maxConnections: 10, maxConnectionsPerIp: 3 };

describe('excessOf', () => {
  it.each([
    { all: 10, ofClient: 3, sessions: 5, excess: undefined },
    { all: 4, ofClient: 4, sessions: 0, excess: 'connection_limit' },
    { all: 11, ofClient: 1, sessions: 0, excess: 'server_full' },
    { all: 10, ofClient: 0, sessions: 6, excess: 'resource_breach' },
  ])('$all arrivals, $ofClient of the client, $sessions sessions: $excess', ({ all, ofClient, sessions, excess }) => {
    expect(excessOf({ all, ofClient }, sessions, limits, { forArrivals: 15 })).toBe(excess);
  });

  it('knows no limit of an address when there is none', () => {
    const counts = { all: 10, ofClient: 10 };
    expect(excessOf(counts, 0, { ...limits, maxConnectionsPerIp: 0 }, { forArrivals: Infinity })).toBeUndefined();
  });
});
