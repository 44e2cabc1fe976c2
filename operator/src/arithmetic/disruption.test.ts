import { describe, expect, it } from '@jest/globals';
import { checkDisruption, type DisruptionQuestion } from './disruption.ts';

describe('a disruption budget', () => {
  it.each<[DisruptionQuestion, boolean]>([
    [{ replicas: 2, autoscaling: { minReplicas: 2, maxReplicas: 10 } }, true],
    [{ replicas: 1, autoscaling: undefined }, false],
    [{ replicas: 0, autoscaling: undefined }, true],
    [{ minAvailable: 2, replicas: 5, autoscaling: { minReplicas: 2, maxReplicas: 10 } }, false],
    [{ minAvailable: 2, replicas: 5, autoscaling: { minReplicas: 3, maxReplicas: 10 } }, true],
    [{ minAvailable: '50%', replicas: 3, autoscaling: undefined }, true],
    [{ minAvailable: '51%', replicas: 2, autoscaling: undefined }, false],
    [{ minAvailable: '100%', replicas: 9, autoscaling: undefined }, false],
    [{ maxUnavailable: 0, replicas: 9, autoscaling: undefined }, false],
    [{ maxUnavailable: '1%', replicas: 9, autoscaling: undefined }, true],
    [{ maxUnavailable: 1, replicas: 1, autoscaling: undefined }, true],
  ])('of %j lets nodes be drained: %s', (question, holds) => {
    expect(checkDisruption(question)).toMatchObject({
      holds,
      reason: holds ? 'EvictionsPossible' : 'BudgetBlocksEvictions',
    });
  });

  it('beside one of others lets nothing be evicted', () => {
    const question = { maxUnavailable: 1, replicas: 5, autoscaling: undefined, foreignBudgets: ['all'] };
    expect(checkDisruption(question)).toMatchObject({ holds: false, reason: 'ForeignBudgets' });
    expect(checkDisruption(question).message).toContain('PodDisruptionBudget all of others selects them too');
  });

  it('that blocks says at which size', () => {
    expect(
      checkDisruption({ minAvailable: 2, replicas: 5, autoscaling: { minReplicas: 2, maxReplicas: 10 } }).message,
    ).toContain(
      'PodDisruptionBudget with minAvailable 2 admits no eviction at 2 pods: have 0, need 1, and draining a node waits for ever',
    );
  });

  it.each<[DisruptionQuestion, string]>([
    [
      { minAvailable: 2, replicas: 5, autoscaling: { minReplicas: 2, maxReplicas: 10 } },
      '1 instead of minAvailable, or spec.autoscaling.minReplicas to 3',
    ],
    [{ replicas: 1, autoscaling: undefined }, '1, or spec.replicas to 2'],
    [{ minAvailable: '80%', replicas: 3, autoscaling: undefined }, '1 instead of minAvailable, or spec.replicas to 5'],
    // The autoscaler would overwrite spec.replicas, and goes down to its fewest pods again.
    [
      { minAvailable: 5, replicas: 5, autoscaling: { minReplicas: 2, maxReplicas: 10 } },
      '1 instead of minAvailable, or spec.autoscaling.minReplicas to 6',
    ],
    // More than maxReplicas cannot be its fewest.
    [{ minAvailable: 10, replicas: 3, autoscaling: { minReplicas: 3, maxReplicas: 10 } }, '1 instead of minAvailable'],
    // It has not come up to its fewest pods yet, which are enough.
    [{ replicas: 1, autoscaling: { minReplicas: 2, maxReplicas: 10 } }, '1'],
    // No number of pods helps here.
    [{ minAvailable: '100%', replicas: 3, autoscaling: undefined }, '1 instead of minAvailable'],
    [{ maxUnavailable: 0, replicas: 3, autoscaling: undefined }, '1'],
  ])('of %j can be put right by what is said', (question, remedy) => {
    const { message } = checkDisruption(question);
    expect(message.split('Set spec.disruption.maxUnavailable to ')[1]).toBe(remedy);
  });
});
