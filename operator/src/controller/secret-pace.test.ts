import { expect, it } from '@jest/globals';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import { ObjectCache } from '../runtime/object-cache.ts';
import { ownerKeys } from './ownership.ts';
import { SecretPace } from './secret-pace.ts';

const MINUTE_MS = 60_000;

function tickStorm(uid: string): TickStorm {
  const parsed = parseTickStorm({ metadata: { name: 'demo', namespace: 'n', uid }, spec: {} });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

function setup(count: number, readiness?: string, salt = '') {
  const pods = new ObjectCache({ instance: ownerKeys });
  const labels = { 'app.kubernetes.io/managed-by': 'tick-storm-operator', 'app.kubernetes.io/instance': 'demo' };
  if (readiness !== undefined) {
    const metadata = { name: 'demo-1', namespace: 'n', uid: 'pod', labels };
    const status = { conditions: [{ type: 'Ready', status: readiness }] };
    pods.upsert({ apiVersion: 'v1', kind: 'Pod', metadata, status });
  }
  const clock = { nowMs: 0 };
  const pace = new SecretPace({
    now: () => clock.nowMs,
    tickStorms: { cache: { size: count } },
    pods: { cache: pods },
    salt,
  });
  return { pace, clock };
}

/** Requests a minute of so many TickStorms with two Secrets each. */
function requestsPerMinute(count: number): number {
  const { pace } = setup(count);
  const uids = Array.from({ length: count }, (_, index) => `uid ${index}`);
  return uids.reduce((sum, uid) => sum + (2 * MINUTE_MS) / pace.periodMs(tickStorm(uid)), 0);
}

it('looks at the Secrets of few TickStorms about every five minutes', () => {
  const periods = ['a', 'b', 'c', 'd'].map((uid) => setup(1).pace.periodMs(tickStorm(uid)));
  for (const period of periods) expect(Math.abs(period - 5 * MINUTE_MS)).toBeLessThanOrEqual(MINUTE_MS);
  expect(new Set(periods).size).toBe(periods.length);
});

it.each([25, 100, 1_000])('asks about ten times a minute for %d TickStorms', (count) => {
  expect(requestsPerMinute(count)).toBeGreaterThan(9);
  expect(requestsPerMinute(count)).toBeLessThan(12);
});

it('looks soon while pods do not get ready: a Secret may be what they lack', () => {
  expect(setup(1_000, 'False').pace.periodMs(tickStorm('a'))).toBe(15_000);
  expect(setup(1_000, 'True').pace.periodMs(tickStorm('a'))).toBeGreaterThan(60 * MINUTE_MS);
});

it('takes what was found for good until then', () => {
  const { pace, clock } = setup(1);
  const periodMs = pace.periodMs(tickStorm('a'));
  clock.nowMs = periodMs - 1;
  expect(pace.isFresh(tickStorm('a'), 0)).toBe(true);
  clock.nowMs = periodMs;
  expect(pace.isFresh(tickStorm('a'), 0)).toBe(false);
});

it('lets a new leader go through the Secrets of all at the same pace', () => {
  const { pace, clock } = setup(1_000);
  const uids = Array.from({ length: 1_000 }, (_, index) => `uid ${index}`);
  const due = (): number => uids.filter((uid) => !pace.mayWait(tickStorm(uid))).length;
  expect(due()).toBeLessThanOrEqual(1);
  clock.nowMs = 10 * MINUTE_MS;
  // Two requests each: a hundred in ten minutes, less what chance makes of it.
  expect(due()).toBeGreaterThan(25);
  expect(due()).toBeLessThan(75);
  clock.nowMs = 200 * MINUTE_MS;
  expect(due()).toBe(1_000);
});

it('counts that from the first question, which a stand-by does not ask', () => {
  const { pace, clock } = setup(1_000);
  clock.nowMs = 500 * MINUTE_MS;
  expect(pace.mayWait(tickStorm('a'))).toBe(true);
  const waitMs = pace.waitMs(tickStorm('a'));
  expect(waitMs).toBeLessThan(200 * MINUTE_MS);
  clock.nowMs += waitMs;
  expect(pace.mayWait(tickStorm('a'))).toBe(false);
  expect(pace.waitMs(tickStorm('a'))).toBe(pace.periodMs(tickStorm('a')));
});

it('takes leave to wait for one reconcile: the next may have looked without asking', () => {
  const { pace, clock } = setup(1_000);
  expect(pace.mayWait(tickStorm('a'))).toBe(true);
  expect(pace.waitMs(tickStorm('a'))).toBeLessThan(pace.periodMs(tickStorm('a')));
  clock.nowMs = 200 * MINUTE_MS;
  expect(pace.waitMs(tickStorm('a'))).toBe(pace.periodMs(tickStorm('a')));
});

it('comes to every Secret also where no leader lives for long', () => {
  const looked = new Set<string>();
  const some = Array.from({ length: 20 }, (_, index) => tickStorm(`uid ${index}`));
  for (let leader = 0; leader < 300; leader += 1) {
    const { pace, clock } = setup(1_000, undefined, `salt ${leader}`);
    pace.mayWait(tickStorm('the first question'));
    clock.nowMs = 10 * MINUTE_MS;
    for (const each of some) if (!pace.mayWait(each)) looked.add(each.metadata.uid);
  }
  expect(looked.size).toBe(some.length);
});

it('begins with others in every process', () => {
  const first = (): number[] => {
    const pods = new ObjectCache({ instance: ownerKeys });
    const pace = new SecretPace({ now: () => 0, tickStorms: { cache: { size: 1_000 } }, pods: { cache: pods } });
    return ['a', 'b', 'c', 'd'].map((uid) => {
      pace.mayWait(tickStorm(uid));
      return pace.waitMs(tickStorm(uid));
    });
  };
  expect(first()).not.toEqual(first());
});

it('does not wait while pods do not get ready', () => {
  expect(setup(1_000, 'False').pace.mayWait(tickStorm('a'))).toBe(false);
});
