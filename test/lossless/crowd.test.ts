import { describe, expect, it } from '@jest/globals';
import { crowd } from './crowd.ts';
import { SYMBOLS } from './rounds.ts';

const plain = { address: 'plain:1', username: 'u', password: 'p' };
const isFull = ({ indices }: { indices: readonly number[] }): boolean => indices.length === SYMBOLS.length;
const sealed = { address: 'sealed:1', username: 'u', password: 'p', ca: 'PEM' };

describe('crowd', () => {
  it('has full, filtered, TLS and original clients in their shares', () => {
    const clients = crowd(2_000, plain, sealed);
    expect(clients).toHaveLength(2_000);
    const share = (is: (client: (typeof clients)[number]) => boolean): number => clients.filter(is).length / 2_000;
    expect(share(isFull)).toBeCloseTo(0.015, 2);
    expect(share(({ address }) => address === 'sealed:1')).toBeCloseTo(0.1, 2);
    expect(share(({ kind }) => kind === 'original')).toBeCloseTo(0.09, 2);
    const filtered = clients.filter(({ indices }) => indices.length <= 5);
    expect(new Set(filtered.map(({ indices }) => indices.length))).toEqual(new Set([1, 2, 3, 5]));
    expect(
      filtered.every(({ indices }) =>
        indices.every((index, at) => index < SYMBOLS.length && index > (indices[at - 1] ?? -1)),
      ),
    ).toBe(true);
  });

  it('has some of everything when it is small', () => {
    const clients = crowd(60, plain, sealed);
    expect(clients.some(isFull)).toBe(true);
    expect(clients.some(({ ca }) => ca !== undefined)).toBe(true);
    expect(clients.some(({ kind }) => kind === 'original')).toBe(true);
  });
});
