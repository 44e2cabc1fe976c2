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

  it('that blocks says at which size', () => {
    expect(checkDisruption({ minAvailable: 2, replicas: 5, fewest: 2 }).message).toContain(
      'PodDisruptionBudget with minAvailable 2 admits no eviction at 2 pods: have 0, need 1, and draining a node waits for ever',
    );
  });

  it.each<[DisruptionQuestion, string]>([
    [{ minAvailable: 2, replicas: 5, fewest: 2 }, '1 instead of minAvailable, or spec.autoscaling.minReplicas to 3'],
    [{ replicas: 1, fewest: undefined }, '1, or spec.replicas to 2'],
    [{ minAvailable: '80%', replicas: 3, fewest: undefined }, '1 instead of minAvailable, or spec.replicas to 5'],
    // No number of pods helps here.
    [{ minAvailable: '100%', replicas: 3, fewest: undefined }, '1 instead of minAvailable'],
    [{ maxUnavailable: 0, replicas: 3, fewest: undefined }, '1'],
  ])('of %j can be put right by what is said', (question, remedy) => {
    const { message } = checkDisruption(question);
    expect(message.split('Set spec.disruption.maxUnavailable to ')[1]).toBe(remedy);
  });
});
