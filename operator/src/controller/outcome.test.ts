import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ApplyResult } from '../runtime/applier.ts';
import { Outcome } from './outcome.ts';

const created = (name: string): ApplyResult => ({
  change: 'created',
  object: { apiVersion: 'v1', kind: 'Service', metadata: { name } },
});

describe('what is done together', () => {
  it('is told in its order, whichever ends first', async () => {
    const outcome = new Outcome();
    await outcome.together([
      async (part) => {
        await nextTurn();
        part.changes.push(created('slow'));
        part.missingKinds.add('Certificate');
        part.hasLostKind = true;
        throw new Error('late');
      },
      async (part) => {
        part.changes.push(created('quick'));
        part.removed.push('Service quick');
        throw new Error('early');
      },
    ]);
    expect(outcome.changes).toEqual([created('slow'), created('quick')]);
    expect(outcome.removed).toEqual(['Service quick']);
    expect([...outcome.missingKinds]).toEqual(['Certificate']);
    expect(outcome.hasLostKind).toBe(true);
    expect(outcome.problems.map(({ message }) => message)).toEqual(['late', 'early']);
  });

  it('ends when all of it has ended, also when one fails before it has begun', async () => {
    const outcome = new Outcome();
    let hasEnded = false;
    await outcome.together([
      () => {
        throw new Error('at once');
      },
      async () => {
        await nextTurn();
        hasEnded = true;
      },
    ]);
    expect(hasEnded).toBe(true);
    expect(outcome.problems).toEqual([{ reason: 'ApplyFailed', message: 'at once' }]);
  });
});
