import { describe, expect, it } from '@jest/globals';
import { ApiError } from './api-error.ts';
import { retryOnConflict } from './retry-on-conflict.ts';
import { uidRefusal } from './testing/uid-refusal.ts';

const conflict = new ApiError('apply', 409, '{}');

/** Writes that are refused in turn, each for the version that it was made for. */
function setup(...refusals: readonly Error[]) {
  const written: number[] = [];
  let version = 1;
  const result = retryOnConflict(
    version,
    async (seen) => {
      written.push(seen);
      const refusal = refusals[written.length - 1];
      if (refusal !== undefined) throw refusal;
      return `written for ${seen}`;
    },
    async () => (version += 1),
  );
  return { result, written };
}

describe('a write for an object as it is known', () => {
  it.each([
    ['nothing has changed', [], 'written for 1'],
    ['it has another version by now', [conflict], 'written for 2'],
    ['it is another one by now, and changes again', [uidRefusal('apply', 'u'), conflict, conflict], 'written for 4'],
  ])('is made for what is there: %s', async (_, refusals, expected) => {
    await expect(setup(...refusals).result).resolves.toBe(expected);
  });

  it('is given up where the object changes again and again', async () => {
    const { result, written } = setup(conflict, conflict, conflict, conflict);
    await expect(result).rejects.toBe(conflict);
    expect(written).toEqual([1, 2, 3, 4]);
  });

  it('is not made again after any other failure', async () => {
    const failure = new ApiError('apply', 422, '{}');
    const { result, written } = setup(failure);
    await expect(result).rejects.toBe(failure);
    expect(written).toEqual([1]);
  });
});
