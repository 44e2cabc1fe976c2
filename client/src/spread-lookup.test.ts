import { describe, expect, it } from '@jest/globals';
import { spread, spreadLookup } from './spread-lookup.ts';

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

describe('spreadLookup', () => {
  it('asks anew for each connection, so that a name may lead elsewhere', async () => {
    const answers = [[four(1)], [four(2), four(3)]];
    const asked: string[] = [];
    const of = spreadLookup(
      () => 0,
      (hostname, _, callback) => {
        asked.push(hostname);
        callback(null, answers.shift()!);
      },
    );
    const first = await new Promise((resolve) => of('ticks', {}, (_, ...answer) => resolve(answer)));
    expect(first).toEqual(['10.0.0.1', 4]);
    const all = await new Promise((resolve) => of('ticks', { all: true }, (_, ...answer) => resolve(answer)));
    expect(all).toEqual([[four(2), four(3)]]);
    expect(asked).toEqual(['ticks', 'ticks']);
  });

  it.each([
    ['what the resolver says', new Error('ENOTFOUND'), 'ENOTFOUND'],
    ['that the name has no address', null, 'ticks has no address'],
  ])('tells %s', async (_, error, message) => {
    const of = spreadLookup(
      () => 0,
      (_hostname, _options, callback) => callback(error, []),
    );
    const told = await new Promise<Error | null>((resolve) => of('ticks', {}, resolve));
    expect(told?.message).toBe(message);
  });
});
