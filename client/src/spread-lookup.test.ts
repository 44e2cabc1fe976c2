import { describe, expect, it } from '@jest/globals';
import { spread } from './spread-lookup.ts';

const four = (host: number): { address: string; family: number } => ({ address: `10.0.0.${host}`, family: 4 });
const six = { address: '::1', family: 6 };

describe('spread', () => {
  it('draws the order anew each time, and keeps the family that the system prefers first', () => {
    const tickets = [0.9, 0.1, 0.5, 0.2];
    expect(spread([four(1), six, four(2), four(3)], () => tickets.shift()!)).toEqual([four(3), four(2), four(1), six]);
    expect(spread([six, four(1)], () => 0)).toEqual([six, four(1)]);
  });

  it('gives every address its turn at being first', () => {
    const firsts = new Set(Array.from({ length: 100 }, () => spread([four(1), four(2)], Math.random)[0]!.address));
    expect(firsts.size).toBe(2);
  });
});
