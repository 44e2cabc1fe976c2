import { describe, expect, it } from '@jest/globals';
import { parseArguments } from './test-arguments.ts';

describe('the arguments of npm test', () => {
  it('runs every tier, cheapest first, when none is named', () => {
    expect(parseArguments([])).toEqual({ tiers: ['lint', 'unit', 'server', 'faults', 'cluster'], jestArguments: [] });
  });

  it('keeps the order of the tiers and passes the rest on to jest', () => {
    expect(parseArguments(['cluster', 'unit', 'fanout', '--verbose'])).toEqual({
      tiers: ['unit', 'cluster'],
      jestArguments: ['fanout', '--verbose'],
    });
  });

  it('names the tiers that there are when the first word is none', () => {
    expect(() => parseArguments(['units'])).toThrow(
      '"units" is no tier; there are: lint, unit, server, faults, cluster',
    );
  });
});
