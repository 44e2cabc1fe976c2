import { describe, expect, it } from '@jest/globals';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { Succession } from './succession.ts';

function demo(): TickStorm {
  const parsed = parseTickStorm({ metadata: { name: 'demo', namespace: 'n', uid: 'uid-2' }, spec: {} });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

function left(ownerUid: string, extra: object = {}): KubeObject {
  const owner = { apiVersion: 'tickstorm.io/v1alpha1', kind: 'TickStorm', name: 'demo', uid: ownerUid };
  const ownerReferences = [{ ...owner, controller: true }];
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'demo-config', namespace: 'n', uid: 'uid-config', ownerReferences, ...extra },
  };
}

function succession(presentUid = 'uid-2') {
  const clock = { nowMs: 0 };
  const present = { apiVersion: 'x', kind: 'TickStorm', metadata: { name: 'demo', namespace: 'n', uid: presentUid } };
  const decides = new Succession({ client: { get: async () => present }, now: () => clock.nowMs });
  return { decides, clock };
}

describe('Succession', () => {
  it('gives garbage collection half a minute, then takes what a former TickStorm of the name has left', async () => {
    const { decides, clock } = succession();
    expect(await decides.mayTake(demo(), left('uid-1'))).toBe(false);
    clock.nowMs = 29_999;
    expect(await decides.mayTake(demo(), left('uid-1'))).toBe(false);
    clock.nowMs = 30_000;
    expect(await decides.mayTake(demo(), left('uid-1'))).toBe(true);
  });

  it.each<[string, KubeObject | undefined, string]>([
    ['that is being deleted', left('uid-1', { deletionTimestamp: '2030-01-01T00:00:00Z' }), 'uid-2'],
    ['of a newer TickStorm, which the cache does not know yet', left('uid-3'), 'uid-3'],
    ['of somebody else', left('uid-1', { ownerReferences: [] }), 'uid-2'],
    ['that is gone', undefined, 'uid-2'],
  ])('takes nothing %s, however long it waits', async (_, object, presentUid) => {
    const { decides, clock } = succession(presentUid);
    expect(await decides.mayTake(demo(), object)).toBe(false);
    clock.nowMs = 3_600_000;
    expect(await decides.mayTake(demo(), object)).toBe(false);
  });
});
