import { describe, expect, it } from '@jest/globals';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { ApiError } from '../runtime/api-error.ts';
import { uidRefusal } from '../runtime/testing/uid-refusal.ts';
import { drainDeadlineMs, WITHDRAW_SECONDS } from './drain-slots.ts';
import { PodDrains } from './pod-drains.ts';
import { ScaleInControl, type ScaleInState } from './scale-in-control.ts';
import type { RolloutState } from './scale-in-question.ts';
import { FakePods } from './testing/fake-pods.ts';

function tickStorm(): TickStorm {
  const parsed = parseTickStorm({
    metadata: { name: 'demo', namespace: 'n', uid: 'u' },
    spec: { server: { drainSeconds: 30 } },
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

function setup(...clients: readonly number[]) {
  const pods = new FakePods();
  clients.forEach((count, index) => pods.add('abcdefgh'[index]!, count));
  const clock = { nowMs: Date.UTC(2026, 0, 1) };
  const now = (): number => clock.nowMs;
  const world: { token: string | undefined } = { token: 'token' };
  const refusals = new Map<string, ApiError>();
  const client: typeof pods.client = {
    mergePatch: async (type, namespace, name, body, options) => {
      const refusal = refusals.get(name);
      if (refusal !== undefined) throw refusal;
      return await pods.client.mergePatch(type, namespace, name, body, options);
    },
  };
  const control = (): ScaleInControl =>
    new ScaleInControl({
      pods,
      drains: new PodDrains({ client, admin: pods, pods, now }),
      connections: async () => new Map(pods.clients),
      token: async () => world.token,
      now,
    });
  let operator = control();
  return {
    pods,
    clock,
    world,
    /** As when the watch has yet to tell why. */
    refuseWrites: (name: string, refusal: ApiError) => refusals.set(name, refusal),
    restart: () => {
      operator = control();
    },
    proceed: (wanted: number, current: number, rollout: RolloutState = 'none'): Promise<ScaleInState | undefined> =>
      operator.proceed(tickStorm(), { wanted, current, rollout, surge: 1, unavailable: 0, hasMissingPods: false }),
  };
}

const reasons = (state: ScaleInState | undefined): string[] | undefined => state?.notes.map(({ reason }) => reason);

describe('ScaleInControl', () => {
  it('marks and drains the pod with the fewest clients, waits for the last of them, and lets it go', async () => {
    const { pods, clock, proceed } = setup(5, 2, 9);
    const begun = await proceed(2, 3);
    expect(begun).toMatchObject({ replicas: 3, draining: ['b'] });
    expect(begun?.notes[0]?.note).toBe('Pod b (2 clients) drains, of 3 pods 2 are wanted');
    expect(pods.calls).toEqual(['b marked', 'b drain 30 10']);
    expect(pods.annotationsOf('b')).toEqual({
      'tickstorm.io/drain-started-at': '2026-01-01T00:00:00.000Z',
      'controller.kubernetes.io/pod-deletion-cost': '-2147483648',
    });
    expect(await proceed(2, 3)).toMatchObject({ replicas: 3, draining: ['b'], notes: [] });
    pods.empty('b');
    clock.nowMs += WITHDRAW_SECONDS * 1_000;
    expect(await proceed(2, 3)).toMatchObject({ replicas: 2, draining: [], notes: [] });
    pods.remove('b');
    expect(await proceed(2, 2)).toBeUndefined();
    expect(pods.calls).toHaveLength(2);
  });

  it('goes on where an operator before it has stopped: before the pod was asked, and in the middle', async () => {
    const { pods, clock, proceed, restart } = setup(5, 2);
    pods.silent.add('b');
    await proceed(1, 2);
    expect(pods.calls).toEqual(['b marked']);
    pods.silent.clear();
    restart();
    expect(await proceed(1, 2)).toMatchObject({ replicas: 2, draining: ['b'] });
    expect(pods.calls).toEqual(['b marked', 'b drain 30 10', 'b marked']);
    restart();
    pods.empty('b');
    clock.nowMs += WITHDRAW_SECONDS * 1_000;
    expect(await proceed(1, 2)).toMatchObject({ replicas: 1 });
  });

  it('lets a pod that was parked already go only when its mark has been seen', async () => {
    const { pods, clock, proceed } = setup(5, 0);
    pods.empty('b');
    await proceed(1, 2);
    clock.nowMs += WITHDRAW_SECONDS * 1_000 - 1;
    expect(await proceed(1, 2)).toMatchObject({ replicas: 2, draining: ['b'] });
    clock.nowMs += 1;
    expect(await proceed(1, 2)).toMatchObject({ replicas: 1, draining: [] });
  });

  it('asks again when the container was started anew', async () => {
    const { pods, proceed } = setup(5, 2);
    await proceed(1, 2);
    pods.states.set('b', 'serving');
    await proceed(1, 2);
    expect(pods.calls).toEqual(['b marked', 'b drain 30 10', 'b drain 30 10', 'b marked']);
  });

  it('gives a pod whose drain was forgotten all its time, also when its deadline has passed', async () => {
    const { pods, clock, proceed, restart } = setup(5, 2);
    pods.silent.add('b');
    await proceed(1, 2);
    pods.silent.clear();
    clock.nowMs += drainDeadlineMs(30) + 1;
    restart();
    expect(await proceed(1, 2)).toMatchObject({ replicas: 2, draining: ['b'] });
    clock.nowMs += drainDeadlineMs(30) - 1;
    expect(await proceed(1, 2)).toMatchObject({ replicas: 2, draining: ['b'] });
    clock.nowMs += 1;
    expect(await proceed(1, 2)).toMatchObject({ replicas: 1 });
  });

  it('lets a pod go at its deadline that has forgotten its drain and does not take it up again', async () => {
    const { pods, clock, proceed } = setup(5, 2);
    await proceed(1, 2);
    pods.states.set('b', 'serving');
    pods.unwilling.add('b');
    clock.nowMs += drainDeadlineMs(30) - 1;
    expect(await proceed(1, 2)).toMatchObject({ replicas: 2, draining: ['b'] });
    clock.nowMs += 1;
    expect(await proceed(1, 2)).toMatchObject({ replicas: 1 });
  });

  it('is not held up by an operator before whose clock was ahead', async () => {
    const { pods, clock, proceed, restart } = setup(5, 2);
    clock.nowMs += 3_600_000;
    await proceed(1, 2);
    clock.nowMs -= 3_600_000;
    restart();
    pods.empty('b');
    expect(await proceed(1, 2)).toMatchObject({ replicas: 2, draining: ['b'] });
    clock.nowMs += WITHDRAW_SECONDS * 1_000;
    expect(await proceed(1, 2)).toMatchObject({ replicas: 1 });
  });

  it.each([
    ['is gone', new ApiError('patch', 404, '{}')],
    ['is another one by now', uidRefusal('patch', 'b')],
  ])('does not ask who has the address of a pod that %s', async (_, refusal) => {
    const { pods, proceed, refuseWrites } = setup(5, 2);
    refuseWrites('b', refusal);
    expect(await proceed(1, 2)).toMatchObject({ replicas: 2 });
    expect(pods.calls).toEqual([]);
  });

  it('tells of a mark that is refused for what it is', async () => {
    const { proceed, refuseWrites } = setup(5, 2);
    refuseWrites('b', new ApiError('patch', 422, '{}'));
    await expect(proceed(1, 2)).rejects.toThrow('422');
  });

  it('keeps a pod marked that it may not ask, for want of the token', async () => {
    const { pods, proceed, world } = setup(5, 2);
    await proceed(1, 2);
    world.token = undefined;
    expect(reasons(await proceed(2, 2))).toEqual(['DrainAborted']);
    expect(pods.annotationsOf('b')).not.toEqual({});
    world.token = 'token';
    await proceed(2, 2);
    expect([pods.annotationsOf('b'), pods.states.get('b')]).toEqual([{}, 'serving']);
  });

  it('takes a pod back that is wanted again, and unmarks it', async () => {
    const { pods, proceed } = setup(5, 2);
    await proceed(1, 2);
    const back = await proceed(2, 2);
    expect(back).toMatchObject({ replicas: 2, draining: ['b'] });
    expect(reasons(back)).toEqual(['DrainAborted']);
    expect(pods.calls.slice(2)).toEqual(['b resume', 'b unmarked']);
    expect(pods.annotationsOf('b')).toEqual({});
    expect(await proceed(2, 2)).toBeUndefined();
  });

  it('does not make a pod drain again that serves already, because the answer of the last time was lost', async () => {
    const { pods, proceed } = setup(5, 2);
    await proceed(1, 2);
    pods.states.set('b', 'serving');
    await proceed(2, 2);
    expect(pods.calls.slice(2)).toEqual(['b resume', 'b unmarked']);
  });

  it('keeps a pod marked that cannot be taken back, and tries again', async () => {
    const { pods, proceed } = setup(5, 2);
    await proceed(1, 2);
    pods.silent.add('b');
    expect(reasons(await proceed(2, 2))).toEqual(['DrainAborted']);
    expect(pods.annotationsOf('b')).not.toEqual({});
    pods.silent.clear();
    await proceed(2, 2);
    expect(pods.annotationsOf('b')).toEqual({});
  });

  it.each([
    ['that keeps its clients', false],
    ['that does not answer', true],
  ])('lets a pod go at its deadline %s, and says so', async (_, isSilent) => {
    const { pods, clock, proceed } = setup(5, 2);
    await proceed(1, 2);
    if (isSilent) pods.silent.add('b');
    clock.nowMs += drainDeadlineMs(30) - 1;
    expect(await proceed(1, 2)).toMatchObject({ replicas: 2 });
    clock.nowMs += 1;
    const late = await proceed(1, 2);
    expect(late?.replicas).toBe(1);
    expect(reasons(late)).toContain('DrainDeadlineExceeded');
  });

  it('drains one after the other, those that are deleted meanwhile included', async () => {
    const { pods, clock, proceed } = setup(5, 2, 9, 7);
    pods.delete('c', clock.nowMs + 45_000);
    expect(await proceed(1, 3)).toMatchObject({ replicas: 3, draining: [] });
    clock.nowMs += 45_000;
    expect(await proceed(1, 3)).toMatchObject({ replicas: 3, draining: ['b'] });
    expect(await proceed(1, 3)).toMatchObject({ draining: ['b'] });
  });

  it('drains all at once when none is to be left', async () => {
    const { pods, proceed } = setup(5, 2, 9);
    expect(await proceed(0, 3)).toMatchObject({ replicas: 3, draining: ['a', 'b', 'c'] });
    // Of equals the ReplicaSet might delete one that still drains.
    const costs = ['a', 'b', 'c'].map((name) => pods.annotationsOf(name)['controller.kubernetes.io/pod-deletion-cost']);
    expect(new Set(costs)).toEqual(new Set(['-2147483646', '-2147483647', '-2147483648']));
  });

  it('begins nothing in the middle of a rollout, and asks no pod for its clients', async () => {
    const { pods, proceed } = setup(5, 2);
    expect(await proceed(1, 2, 'under way')).toMatchObject({ replicas: 2, draining: [], isMoving: false });
    expect(pods.calls).toEqual([]);
  });

  it('goes on in a rollout that is held: drains a pod that serves, and lowers the number when it is empty', async () => {
    const { pods, clock, proceed } = setup(5, 2);
    pods.add('new', 0, false);
    expect(await proceed(1, 2, 'held')).toMatchObject({ replicas: 2, draining: ['b'], isMoving: true });
    pods.empty('b');
    clock.nowMs += WITHDRAW_SECONDS * 1_000;
    expect(await proceed(1, 2, 'held')).toMatchObject({ replicas: 1, draining: [], isMoving: true });
    pods.remove('b');
    expect(await proceed(1, 1, 'held')).toBeUndefined();
  });

  it('takes the pod back that a rollout waits for which was held, and asks it again until it answers', async () => {
    const { pods, proceed } = setup(5);
    pods.add('new-a', 2, true, 'new');
    pods.add('new-b', 9, false, 'new');
    await proceed(1, 2, 'held');
    expect(pods.annotationsOf('new-a')).not.toEqual({});
    pods.add('new-b', 9, true, 'new');
    pods.silent.add('new-a');
    expect(await proceed(1, 2, 'under way')).toMatchObject({ replicas: 2, isMoving: true });
    pods.silent.clear();
    const back = await proceed(1, 2, 'under way');
    expect(back?.notes[0]?.note).toBe('Pod new-a serves again: the rollout, which was held, goes on with it');
    expect([pods.annotationsOf('new-a'), pods.states.get('new-a')]).toEqual([{}, 'serving']);
    expect(await proceed(1, 2, 'under way')).toMatchObject({ replicas: 2, draining: [], isMoving: false });
  });
});
