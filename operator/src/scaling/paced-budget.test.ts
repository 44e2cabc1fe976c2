import { describe, expect, it } from '@jest/globals';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { pacedBudget } from './paced-budget.ts';

const NOW = Date.UTC(2026, 0, 1);
const time = (seconds: number): string => new Date(NOW + seconds * 1_000).toISOString();

function tickStorm(disruption: object): TickStorm {
  const spec = { disruption, server: { drainSeconds: 30 } };
  const parsed = parseTickStorm({ metadata: { name: 'a', namespace: 'n', uid: 'u' }, spec });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

const pod = (metadata: object = {}, ready = 'True'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', ...metadata },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready }] },
});
const ready = (count: number): KubeObject[] => Array.from({ length: count }, () => pod());
const unready = pod({}, 'False');
/** A pod that was deleted and has so many seconds left. */
const leaving = (seconds: number): KubeObject => pod({ deletionTimestamp: time(seconds) }, 'False');
/** A pod whose drain on request began so many seconds ago: it has 50. */
const parking = (seconds: number): KubeObject =>
  pod({ annotations: { 'tickstorm.io/drain-started-at': time(-seconds) } }, 'False');

const budget = (disruption: object, replicas: number, pods: readonly KubeObject[]): number | undefined =>
  pacedBudget(tickStorm(disruption), { replicas, pods, nowMs: NOW })?.minAvailable;

describe('a paced budget', () => {
  it.each<[string, object, number, KubeObject[], number]>([
    ['lets one of two go', {}, 2, ready(2), 1],
    ['lets none go below what is declared', { minAvailable: 2 }, 2, ready(2), 2],
    ['lets one of three go', {}, 3, ready(3), 2],
    ['lets two of eight go', {}, 8, ready(8), 6],
    ['lets one more go while one of eight drains', {}, 8, [...ready(7), leaving(20)], 6],
    ['lets none go while one of three drains', {}, 3, [...ready(2), leaving(20)], 3],
    ['lets none go when its replacement is ready already', {}, 3, [...ready(3), leaving(20)], 3],
    ['lets the next one go when the drain is beyond its time', {}, 3, [...ready(3), leaving(0)], 2],
    ['lets none go while a pod is drained on request', {}, 3, [...ready(2), parking(49)], 3],
    ['lets one go when that is beyond its time', {}, 3, [...ready(2), parking(50)], 1],
    ['lets one go beside a pod that is broken', {}, 3, [...ready(2), unready], 1],
    ['lets none go of those that were declared as a part', { minAvailable: '50%' }, 3, ready(2), 2],
    ['counts what may be unavailable', { maxUnavailable: 1 }, 5, ready(4), 4],
    ['counts what may be unavailable as a part', { maxUnavailable: '40%' }, 5, ready(4), 3],
    ['holds a surge back as well', {}, 3, ready(4), 3],
  ])('%s', (_, disruption, replicas, pods, expected) => {
    expect(budget(disruption, replicas, pods)).toBe(expected);
  });

  it('is not there where the budget is as declared', () => {
    expect(budget({ mode: 'Declared' }, 3, ready(3))).toBeUndefined();
  });

  it('tells when the next slot is free', () => {
    const pods = [...ready(2), leaving(20), parking(45), leaving(-1)];
    expect(pacedBudget(tickStorm({}), { replicas: 3, pods, nowMs: NOW })?.nextEdgeMs).toBe(NOW + 5_000);
  });
});
