import { describe, expect, it } from '@jest/globals';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { KubeObject, ManagedFieldsEntry } from '../runtime/kube-object.ts';
import { handScalingOf, takesOver } from './hand-scaling.ts';

const replicasField = { 'f:spec': { 'f:replicas': {} } };
const ours = (fieldsV1: object): ManagedFieldsEntry => ({
  manager: 'tickstorm-operator',
  operation: 'Apply',
  fieldsV1,
});
const kubectl: ManagedFieldsEntry = {
  manager: 'kubectl',
  operation: 'Update',
  subresource: 'scale',
  fieldsV1: replicasField,
};
const deployment = (...managedFields: ManagedFieldsEntry[]): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'demo', managedFields },
  spec: { replicas: 5 },
});

function tickStorm(spec: object): TickStorm {
  const parsed = parseTickStorm({ metadata: { name: 'demo', namespace: 'n', uid: 'u' }, spec });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

describe('a hand on the scale of the Deployment', () => {
  it('is told by the field that is not ours any more', () => {
    const live = deployment(ours({ 'f:spec': { 'f:selector': {} } }), kubectl);
    expect(handScalingOf(live)).toEqual({ replicas: 5, manager: 'kubectl' });
  });

  it.each([
    ['no Deployment', undefined],
    ['never touched', deployment(ours(replicasField))],
    [
      'taken over already: both own the number, and the TickStorm may have changed since',
      deployment(ours(replicasField), kubectl),
    ],
    ['a Deployment that was handed over and not applied yet', deployment(kubectl)],
  ])('is not seen: %s', (_, live) => {
    expect(handScalingOf(live)).toBeUndefined();
  });
});

describe('the number', () => {
  const hand = { replicas: 5, manager: 'kubectl' };
  it.each([
    [{ autoscaling: { mode: 'Disabled' }, replicas: 2 }, hand, true],
    [{ autoscaling: { mode: 'Disabled' }, replicas: 5 }, hand, false],
    [{ autoscaling: { mode: 'Disabled' } }, { ...hand, replicas: 1_001 }, false],
    [{ autoscaling: { mode: 'Enabled' } }, hand, false],
    [{ autoscaling: { mode: 'Disabled' } }, undefined, false],
  ])('of %j is taken over from %j: %s', (spec, found, expected) => {
    expect(takesOver(tickStorm(spec), found)).toBe(expected);
  });
});
