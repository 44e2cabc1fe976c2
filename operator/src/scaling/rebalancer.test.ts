import { describe, expect, it } from '@jest/globals';
import { parseTickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { PodErrors } from './pod-errors.ts';
import { podView } from './pod-view.ts';
import { Rebalancer, type Settled } from './rebalancer.ts';
import { FakePods } from './testing/fake-pods.ts';

const ROUND_MS = 30_000;

function setup(drainSeconds: number, ...clients: readonly number[]) {
  const parsed = parseTickStorm({
    metadata: { name: 'demo', namespace: 'n', uid: 'u' },
    spec: { server: { drainSeconds } },
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  const pods = new FakePods();
  clients.forEach((count, index) => pods.add('abcdefgh'[index]!, count));
  const clock = { nowMs: 0 };
  const told: string[] = [];
  const world = { isSettled: true, whileLooking: (): void => undefined };
  const errors = new Map<string, PodErrors>();
  const settled = async (): Promise<Settled | undefined> => {
    world.whileLooking();
    if (!world.isSettled) return undefined;
    const views = pods.cache.byIndex('instance', 'n/demo').map(podView);
    return { tickStorm: parsed.value, token: 'token', pods: views };
  };
  const rebalancer = new Rebalancer({
    admin: pods,
    settled,
    tell: (_, { reason, note }) => told.push(`${reason}: ${note}`),
    now: () => clock.nowMs,
  });
  const consider = async (atMs: number): Promise<string[]> => {
    clock.nowMs = atMs;
    const before = pods.calls.length;
    await rebalancer.consider(
      'n/demo',
      [...pods.clients].map(([uid, connections]) => ({
        uid,
        connections,
        errors: errors.get(uid) ?? { closes: {}, breaches: [] },
      })),
    );
    return pods.calls.slice(before);
  };
  return { pods, told, world, errors, consider, rebalancer };
}

describe('Rebalancer', () => {
  it('asks the crowded pods to shed at the rate of a drain, round by round, until they are level', async () => {
    const { pods, told, consider } = setup(50, 900, 900, 0);
    // A share of 600 in 50 s, over two pods: 6 a second, in 15 s 90.
    expect(await consider(0)).toEqual(['a rebalance 90 6', 'b rebalance 90 6']);
    expect(told[0]).toBe(
      'Rebalancing: Pods have 0 to 900 clients, their share is 600: those with more ask clients to connect elsewhere, ' +
        '12 a second at most',
    );
    expect(await consider(ROUND_MS - 1)).toEqual([]);
    pods.clients.set('a', 840).set('b', 840).set('c', 120);
    expect(await consider(ROUND_MS)).toHaveLength(2);
    pods.clients.set('a', 650).set('b', 610).set('c', 540);
    expect(await consider(2 * ROUND_MS)).toEqual([
      'a rebalance 50 3.3333333333333335',
      'b rebalance 10 0.6666666666666666',
    ]);
    pods.clients.set('a', 625).set('b', 610).set('c', 565);
    expect(await consider(3 * ROUND_MS)).toEqual([]);
    // That is the end of it: so much apart may come by chance.
    pods.clients.set('a', 640).set('b', 610).set('c', 550);
    expect(await consider(4 * ROUND_MS)).toEqual([]);
    expect(told).toHaveLength(1);
  });

  it('asks for no more than what is too many', async () => {
    expect(await setup(1, 40, 0).consider(0)).toEqual(['a rebalance 20 1.3333333333333333']);
  });

  it('leaves alone what is level, and what is not at rest', async () => {
    expect(await setup(50, 10, 2).consider(0)).toEqual([]);
    const { world, consider } = setup(50, 100, 0);
    world.isSettled = false;
    expect(await consider(0)).toEqual([]);
    world.isSettled = true;
    expect(await consider(1)).toHaveLength(1);
  });

  it('asks nobody while a pod has not been counted', async () => {
    const { pods, consider } = setup(50, 100, 0, 0);
    pods.clients.delete('c');
    expect(await consider(0)).toEqual([]);
  });

  it('stops when clients do not come back, for longer each time, and says so', async () => {
    const { pods, told, consider } = setup(50, 1_000, 0);
    await consider(0);
    pods.clients.set('a', 850);
    expect(await consider(ROUND_MS)).toEqual([]);
    expect(await consider(ROUND_MS + 59_999)).toEqual([]);
    expect(await consider(ROUND_MS + 60_000)).toHaveLength(1);
    pods.clients.set('a', 700);
    expect(await consider(2 * ROUND_MS + 60_000)).toEqual([]);
    expect(told.at(-1)).toBe(
      'RebalanceStopped: Of 850 clients 700 are left after some were asked to move; clients are asked again in 2 min at the earliest',
    );
    expect(await consider(2 * ROUND_MS + 60_000 + 119_999)).toEqual([]);
    expect(await consider(2 * ROUND_MS + 60_000 + 120_000)).toHaveLength(1);
  });

  it.each([
    ['do not move', 1_000, 0],
    ['come back to where they were', 1_000, 0],
  ])('stops when clients %s', async (_, crowded, empty) => {
    const { pods, told, consider } = setup(50, 1_000, 0);
    await consider(0);
    pods.clients.set('a', crowded).set('b', empty);
    expect(await consider(ROUND_MS)).toEqual([]);
    expect(told).toHaveLength(1);
    await consider(ROUND_MS + 60_000);
    await consider(2 * ROUND_MS + 60_000);
    expect(told.at(-1)).toMatch(
      /^RebalanceStopped: Of 150 clients that were asked to move 0 came to the pods with room, by chance 75 would have; .* 2 min/,
    );
  });

  it('begins with short pauses again after a round that has levelled something', async () => {
    const { pods, consider } = setup(50, 1_000, 0);
    await consider(0);
    await consider(ROUND_MS);
    await consider(ROUND_MS + 60_000);
    pods.clients.set('a', 900).set('b', 100);
    expect(await consider(2 * ROUND_MS + 60_000)).toHaveLength(1);
    expect(await consider(3 * ROUND_MS + 60_000)).toEqual([]);
    expect(await consider(3 * ROUND_MS + 120_000)).toHaveLength(1);
  });

  it('keeps nothing of a TickStorm that is deleted while it is looked at or its pods are asked', async () => {
    const looked = setup(50, 100, 0);
    looked.world.whileLooking = () => looked.rebalancer.forget('n/demo');
    expect(await looked.consider(0)).toEqual([]);
    const { pods, consider, rebalancer } = setup(50, 100, 0);
    const rebalance = pods.rebalance.bind(pods);
    pods.rebalance = async (pod, connections, perSecond) => {
      await rebalance(pod, connections, perSecond);
      rebalancer.forget('n/demo');
    };
    expect(await consider(0)).toHaveLength(1);
    // It waits for no round to end.
    expect(await consider(1)).toHaveLength(1);
  });

  it('takes a pod that does not answer for one that was not asked', async () => {
    const { pods, told, consider } = setup(50, 100, 0);
    pods.silent.add('a');
    expect(await consider(0)).toEqual([]);
    pods.silent.clear();
    expect(await consider(ROUND_MS)).toHaveLength(1);
    expect(told).toHaveLength(1);
  });

  it.each([
    ['a pod does not answer', true],
    ['other things change', false],
  ])('keeps its pause, and how long the next is, when %s meanwhile', async (_, isSilent) => {
    const { pods, told, world, consider } = setup(50, 1_000, 0);
    await consider(0);
    await consider(ROUND_MS);
    if (isSilent) pods.clients.delete('b');
    else world.isSettled = false;
    await consider(ROUND_MS + 15_000);
    pods.clients.set('b', 0);
    world.isSettled = true;
    expect(await consider(ROUND_MS + 59_999)).toEqual([]);
    expect(await consider(ROUND_MS + 60_000)).toHaveLength(1);
    expect(await consider(2 * ROUND_MS + 60_000)).toEqual([]);
    expect(told.at(-1)).toMatch(/again in 2 min/);
  });

  it.each([
    ['too slow', { write_queue_bytes: 3, write_deadline: 2 }, 'clients too slow 5'],
    ['refused', { connection_rate: 5 }, 'connections refused 5'],
    ['not checked', { auth_overloaded: 5 }, 'logins refused as too many 5'],
  ])('stops in the middle of a round when clients are %s, says so, and goes on later', async (_, closes, kinds) => {
    const { pods, told, errors, consider } = setup(50, 900, 900, 0);
    errors.set('c', { closes: { write_deadline: 7, client_closed: 100 }, breaches: [] });
    // 180 are asked: 9 errors more would be nothing.
    expect(await consider(0)).toHaveLength(2);
    errors.set('a', { closes, breaches: [] }).set('b', { closes, breaches: [] });
    pods.clients.set('a', 840).set('b', 840).set('c', 120);
    expect(await consider(15_000)).toEqual([]);
    expect(told.at(-1)).toBe(
      `RebalanceStopped: Errors rose while 180 clients were asked to move: ${kinds.replace('5', '10')}, ` +
        'where 0 in all would have been as before; clients are asked again in 1 min at the earliest',
    );
    expect(await consider(ROUND_MS)).toEqual([]);
    expect(await consider(15_000 + 60_000)).toHaveLength(2);
    expect(told).toHaveLength(3);
  });

  it('takes three errors for chance, however few clients are asked', async () => {
    const { told, errors, consider } = setup(1, 20, 0);
    expect(await consider(0)).toEqual(['a rebalance 10 0.6666666666666666']);
    errors.set('b', { closes: { write_deadline: 3 }, breaches: [] });
    await consider(15_000);
    expect(told).toHaveLength(1);
    errors.set('b', { closes: { write_deadline: 4 }, breaches: [] });
    await consider(16_000);
    expect(told.at(-1)).toMatch(/^RebalanceStopped: Errors rose while 10 clients/);
  });

  it('takes as many errors as there were before for usual, and closes that are nobody’s fault for none', async () => {
    const { pods, told, errors, consider } = setup(50, 900, 900, 900);
    const count = (slow: number): Map<string, PodErrors> =>
      errors.set('a', { closes: { write_deadline: slow, client_closed: 50 * slow, rebalanced: slow }, breaches: [] });
    count(1_000);
    await consider(0);
    pods.clients.set('c', 0);
    count(1_050);
    expect(await consider(15_000)).toHaveLength(2);
    pods.clients.set('a', 800).set('b', 800).set('c', 200);
    count(1_110);
    expect(await consider(30_000)).toEqual([]);
    count(1_170);
    expect(await consider(45_000)).toHaveLength(2);
    expect(told.every((note) => note.startsWith('Rebalancing'))).toBe(true);
    count(1_330);
    expect(await consider(75_000)).toEqual([]);
    expect(told.at(-1)).toMatch(/^RebalanceStopped: Errors rose .*: clients too slow 160, where 120 in all/);
  });

  it('counts from zero what a container that was started anew tells', async () => {
    const { pods, told, errors, consider } = setup(50, 900, 900, 0);
    errors.set('c', { closes: { server_full: 500 }, breaches: [] });
    await consider(0);
    errors.set('c', { closes: { server_full: 9 }, breaches: [] });
    pods.clients.set('a', 840).set('b', 840).set('c', 120);
    expect(await consider(ROUND_MS)).toHaveLength(2);
    errors.set('c', { closes: { server_full: 10 }, breaches: [] });
    expect(await consider(ROUND_MS + 15_000)).toEqual([]);
    errors.set('c', { closes: { server_full: 0, shed: 40 }, breaches: [] });
    await consider(ROUND_MS + 16_000);
    expect(told.at(-1)).toMatch(/^RebalanceStopped: Errors rose/);
  });

  it('asks nobody to move to a pod that is short of something, but does to move away from one', async () => {
    const { told, errors, consider } = setup(50, 900, 900, 0);
    errors.set('c', { closes: {}, breaches: ['memory', 'event_loop_lag'] });
    expect(await consider(0)).toEqual([]);
    expect(told).toEqual([
      'RebalanceStopped: Pod c, which has room for clients by their number, is in breach of memory, event_loop_lag; ' +
        'clients are asked again in 1 min at the earliest',
    ]);
    errors.delete('c');
    errors.set('a', { closes: {}, breaches: ['memory'] });
    expect(await consider(60_000)).toHaveLength(2);
  });
});
