import { describe, expect, it } from '@jest/globals';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { drainDeadlineMs, WITHDRAW_SECONDS } from './drain-slots.ts';
import { PodDrains } from './pod-drains.ts';
import { ScaleInControl, type ScaleInState } from './scale-in-control.ts';
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
  const control = (): ScaleInControl =>
    new ScaleInControl({
      pods,
      drains: new PodDrains({ client: pods.client, admin: pods, pods, now }),
      connections: async () => new Map(pods.clients),
      token: async () => 'token',
      now,
    });
  let operator = control();
  return {
    pods,
    clock,
    restart: () => {
      operator = control();
    },
    proceed: (wanted: number, current: number, isRollingOut = false): Promise<ScaleInState | undefined> =>
      operator.proceed(tickStorm(), { wanted, current, isRollingOut }),
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
    expect(pods.calls).toEqual(['b marked', 'b drain 30 10']);
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
    expect(pods.calls).toEqual(['b marked', 'b drain 30 10', 'b drain 30 10']);
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

  it('keeps a pod marked that cannot be taken back, and tries again', async () => {
    const { pods, proceed } = setup(5, 2);
    await proceed(1, 2);
    pods.silent.add('b');
    expect(reasons(await proceed(2, 2))).toEqual(['DrainUnanswered', 'DrainAborted']);
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
    const { proceed } = setup(5, 2, 9);
    expect(await proceed(0, 3)).toMatchObject({ replicas: 3, draining: ['a', 'b', 'c'] });
  });

  it('begins nothing in the middle of a rollout, and asks no pod for its clients', async () => {
    const { pods, proceed } = setup(5, 2);
    expect(await proceed(1, 2, true)).toMatchObject({ replicas: 2, draining: [], isRollingOut: true });
    expect(pods.calls).toEqual([]);
  });
});
