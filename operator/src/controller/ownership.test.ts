import { describe, expect, it } from '@jest/globals';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { KubeObject, ObjectMeta } from '../runtime/kube-object.ts';
import { ownerKeys, ownershipFor, sharedOwnership } from './ownership.ts';

function demo(): TickStorm {
  const parsed = parseTickStorm({ metadata: { name: 'demo', namespace: 'n', uid: 'uid-1' }, spec: {} });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

const reference = (uid: string, name = 'demo', kind = 'TickStorm') => ({
  apiVersion: kind === 'TickStorm' ? 'tickstorm.io/v1alpha1' : 'apps/v1',
  kind,
  name,
  uid,
  controller: true,
});
const applied = [{ manager: 'tickstorm-operator', operation: 'Apply' }];
const labels = { 'app.kubernetes.io/managed-by': 'tick-storm-operator', 'app.kubernetes.io/instance': 'demo' };
const object = (metadata: Partial<ObjectMeta>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'demo-config', namespace: 'n', ...metadata },
});

describe('an existing object', () => {
  it.each<[string, Partial<ObjectMeta>, string]>([
    ['that it controls', { ownerReferences: [reference('uid-1')] }, 'ours'],
    ['that another TickStorm controls', { ownerReferences: [reference('uid-2', 'other')] }, 'foreign'],
    ['of a former TickStorm of this name', { ownerReferences: [reference('uid-0')] }, 'leaving'],
    ['that a Deployment controls', { ownerReferences: [reference('uid-9', 'demo', 'Deployment')] }, 'foreign'],
    ['that nobody controls', {}, 'foreign'],
    ['with our labels only', { labels }, 'foreign'],
    ['whose reference was cut off', { labels, managedFields: applied }, 'ours'],
    [
      'that we created and that was kept when its TickStorm was deleted',
      { labels, managedFields: [{ manager: 'tickstorm-operator', operation: 'Update' }] },
      'ours',
    ],
    ['that was handed over', { annotations: { 'tickstorm.io/adopt': 'demo' } }, 'ours'],
    ['that was handed over to another', { annotations: { 'tickstorm.io/adopt': 'other' } }, 'foreign'],
    [
      'that was handed over and has a controller still',
      { annotations: { 'tickstorm.io/adopt': 'demo' }, ownerReferences: [reference('uid-2', 'other')] },
      'foreign',
    ],
    [
      'of another instance, cut off',
      { labels: { ...labels, 'app.kubernetes.io/instance': 'x' }, managedFields: applied },
      'foreign',
    ],
  ])('%s', (_, metadata, expected) => {
    expect(ownershipFor(demo())(object(metadata))).toBe(expected);
  });

  it('that is shared is ours when a TickStorm owns it or we applied it', () => {
    expect(sharedOwnership(object({ ownerReferences: [{ ...reference('uid-7', 'x'), controller: false }] }))).toBe(
      'ours',
    );
    expect(sharedOwnership(object({ managedFields: applied }))).toBe('ours');
    expect(sharedOwnership(object({ labels }))).toBe('foreign');
  });
});

describe('ownerKeys', () => {
  it('finds the TickStorm by reference and by label', () => {
    expect(ownerKeys(object({ ownerReferences: [reference('uid-1')], labels }))).toEqual(['n/demo']);
    expect(ownerKeys(object({ labels }))).toEqual(['n/demo']);
    expect(ownerKeys(object({ ownerReferences: [reference('uid-9', 'rs', 'ReplicaSet')] }))).toEqual([]);
  });
});
