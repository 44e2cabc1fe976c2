import { describe, expect, it } from '@jest/globals';
import { checkDisruption, type DisruptionQuestion } from './disruption.ts';

describe('a disruption budget', () => {
  it.each<[DisruptionQuestion, boolean]>([
    [{ replicas: 2, fewest: 2 }, true],
    [{ replicas: 1, fewest: undefined }, false],
    [{ replicas: 0, fewest: undefined }, true],
    [{ minAvailable: 2, replicas: 5, fewest: 2 }, false],
    [{ minAvailable: 2, replicas: 5, fewest: 3 }, true],
    [{ minAvailable: '50%', replicas: 3, fewest: undefined }, true],
    [{ minAvailable: '51%', replicas: 2, fewest: undefined }, false],
    [{ minAvailable: '100%', replicas: 9, fewest: undefined }, false],
    [{ maxUnavailable: 0, replicas: 9, fewest: undefined }, false],
    [{ maxUnavailable: '1%', replicas: 9, fewest: undefined }, true],
    [{ maxUnavailable: 1, replicas: 1, fewest: undefined }, true],
  ])('of %j lets nodes be drained: %s', (question, holds) => {
    expect(checkDisruption(question)).toMatchObject({
      holds,
      reason: holds ? 'EvictionsPossible' : 'BudgetBlocksEvictions',
    });
  });

  it('beside one of others lets nothing be evicted', () => {
    const question = { maxUnavailable: 1, replicas: 5, fewest: undefined, foreignBudgets: ['all'] };
    expect(checkDisruption(question)).toMatchObject({ holds: false, reason: 'ForeignBudgets' });
    expect(checkDisruption(question).message).toContain('PodDisruptionBudget all of others selects them too');
  });

  it('that blocks says at which size, and what to do', () => {
    expect(checkDisruption({ minAvailable: 2, replicas: 5, fewest: 2 }).message).toBe(
      'PodDisruptionBudget with minAvailable 2 admits no eviction at 2 pods: have 0, need 1, and draining a node waits ' +
        'for ever. Set spec.disruption.maxUnavailable to 1, or have more pods',
    );
  });
});
