import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { decideInHeldRollout } from './held-rollout.ts';
import { decideScaleIn } from './scale-in.ts';
import { HeldDeployment } from './testing/held-deployment.ts';

/** Lets the operator and the controllers take turns. @returns pods that serve at the end */
function scaleDown(
  deployment: HeldDeployment,
  wanted: number,
  freeSlots: number,
  chance = (): boolean => true,
): number {
  const pods = (): string => JSON.stringify([deployment.replicas, deployment.isObserved, deployment.pods]);
  for (let before = ''; before !== pods();) {
    before = pods();
    const { rollout } = deployment;
    const decision = decideScaleIn({
      wanted,
      current: deployment.replicas,
      pods: deployment.pods,
      freeSlots: Math.max(freeSlots - deployment.count('under way'), 0),
      surge: deployment.surge,
      unavailable: deployment.unavailable,
      hasMissingPods: false,
      rollout,
    });
    if (rollout === 'held') expect(decision.release).toEqual([]);
    for (const { name } of decision.release) deployment.release(name);
    for (const { name } of decision.drain) deployment.beginDrain(name);
    deployment.replicas = decision.replicas;
    // A decision may be made before a controller has done anything, and before a pod has drained.
    if (chance()) deployment.shareOut();
    if (chance()) deployment.reconcilePods();
    for (const { name, drain } of deployment.pods) if (drain === 'under way' && chance()) deployment.endDrain(name);
  }
  return deployment.serving.length;
}

const size = fc.integer({ min: 1, max: 8 });
/** maxSurge and maxUnavailable. */
const strategy = fc.constantFrom([1, 0], [0, 1], [2, 2]);
const chances = fc.infiniteStream(fc.boolean());

describe('decideInHeldRollout', () => {
  it('drains pods of the old template one after the other, and leaves the one that does not come up', () => {
    const deployment = new HeldDeployment({ old: 4, fresh: 0, surge: 1, unavailable: 0 });
    expect(scaleDown(deployment, 2, 1)).toBe(2);
    expect(deployment.replicas).toBe(2);
    expect(deployment.deleted.map(({ templateHash, drain }) => `${templateHash} ${drain}`)).toEqual([
      'old over',
      'old over',
    ]);
  });

  it('with maxUnavailable 1 keeps the number one higher than pods serve, whichever ReplicaSet it would be taken from', () => {
    const deployment = new HeldDeployment({ old: 1, fresh: 0, surge: 0, unavailable: 1 });
    expect(deployment.replicas).toBe(2);
    expect(scaleDown(deployment, 1, 1)).toBe(1);
    expect([deployment.replicas, deployment.deleted]).toEqual([2, []]);
  });

  it('takes a drained pod back when more are wanted, the fullest first', () => {
    const deployment = new HeldDeployment({ old: 3, fresh: 0, surge: 1, unavailable: 0 });
    for (const name of ['old-0', 'old-1']) deployment.beginDrain(name);
    deployment.setClients('old-0', 9);
    const { replicas, pods } = deployment;
    const question = { current: replicas, pods, freeSlots: 1, surge: 1, unavailable: 0, hasMissingPods: false };
    const { release, replicas: next } = decideInHeldRollout({ ...question, wanted: 2 });
    expect([release.map(({ name }) => name), next]).toEqual([['old-0'], 3]);
  });

  it('does not lower the number while a larger ReplicaSet than is seen has no pod to give up', () => {
    const deployment = new HeldDeployment({ old: 2, fresh: 1, surge: 1, unavailable: 0, stuck: 0 });
    deployment.beginDrain('old-0');
    deployment.endDrain('old-0');
    const question = { wanted: 1, current: 2, pods: deployment.pods, freeSlots: 0, surge: 1, unavailable: 0 };
    expect(decideInHeldRollout({ ...question, hasMissingPods: true }).replicas).toBe(2);
  });

  it('gives up no new pod while an old one drains, which the Deployment could take in its stead', () => {
    const deployment = new HeldDeployment({ old: 2, fresh: 0, surge: 2, unavailable: 2 });
    deployment.beginDrain('old-1');
    const { replicas: current, pods, surge, unavailable } = deployment;
    const question = { wanted: 1, current, pods, freeSlots: 0, surge, unavailable, hasMissingPods: false };
    expect(decideInHeldRollout(question).replicas).toBe(current);
    deployment.endDrain('old-1');
    expect(decideInHeldRollout({ ...question, pods: deployment.pods }).replicas).toBe(current - 1);
  });

  it('comes down to none when every pod has drained', () => {
    const deployment = new HeldDeployment({ old: 2, fresh: 1, surge: 1, unavailable: 0 });
    expect(scaleDown(deployment, 0, 3)).toBe(0);
    expect([deployment.replicas, deployment.pods]).toEqual([0, []]);
  });

  it('never deletes a pod that serves, and ends with as many as are wanted', () => {
    fc.assert(
      fc.property(size, fc.nat(8), fc.nat(8), strategy, size, chances, (old, fresh, to, allowed, slots, stream) => {
        const [surge = 0, unavailable = 0] = allowed;
        const deployment = new HeldDeployment({ old, fresh, surge, unavailable });
        const wanted = Math.min(to, deployment.serving.length);
        const chance = (): boolean => stream.next().value === true;
        scaleDown(deployment, wanted, slots, chance);
        expect(scaleDown(deployment, wanted, slots)).toBe(wanted);
        expect(deployment.deleted.filter(({ drain, isReady }) => drain !== 'over' && isReady)).toEqual([]);
        expect(deployment.deleted.filter(({ drain }) => drain === 'under way')).toEqual([]);
        expect(deployment.replicas).toBeLessThanOrEqual(wanted + unavailable);
      }),
      { numRuns: 2_000 },
    );
  });

  it('does not keep a rollout that its pods come up for later from its end, and comes down then', () => {
    fc.assert(
      fc.property(size, fc.nat(8), size, strategy, size, chances, (old, fresh, to, allowed, slots, stream) => {
        const [surge = 0, unavailable = 0] = allowed;
        const deployment = new HeldDeployment({ old, fresh, surge, unavailable });
        const wanted = Math.min(to, deployment.serving.length);
        scaleDown(deployment, wanted, slots, () => stream.next().value === true);
        deployment.comeUp();
        expect(scaleDown(deployment, wanted, slots)).toBe(wanted);
        expect([deployment.rollout, deployment.replicas, deployment.pods.length]).toEqual(['none', wanted, wanted]);
      }),
      { numRuns: 1_000 },
    );
  });
});
