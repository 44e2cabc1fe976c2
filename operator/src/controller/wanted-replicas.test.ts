import { describe, expect, it } from '@jest/globals';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { FIELD_MANAGER } from './field-manager.ts';
import { heldReplicas, wantedReplicas } from './wanted-replicas.ts';

function tickStorm(annotations: Record<string, string>): TickStorm {
  const parsed = parseTickStorm({
    metadata: { name: 'a', namespace: 'n', uid: 'u', annotations },
    spec: { replicas: 3 },
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}
const deployment = (replicas: number): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a' },
  spec: { replicas },
});

describe('the wanted pods', () => {
  it.each<[Record<string, string>, KubeObject | undefined, number]>([
    [{}, undefined, 3],
    [{}, deployment(5), 3],
    [{ 'tickstorm.io/paused': 'scale-in' }, deployment(5), 5],
    [{ 'tickstorm.io/paused': 'scale-in' }, deployment(2), 3],
    [{ 'tickstorm.io/hibernate': 'true' }, deployment(5), 0],
  ])('with %j beside %j', (annotations, live, expected) => {
    expect(wantedReplicas(tickStorm(annotations), live)).toBe(expected);
  });
});

describe('the pods that a Deployment keeps until some are drained', () => {
  const byHand: KubeObject = {
    ...deployment(5),
    metadata: {
      name: 'a',
      managedFields: [
        { manager: FIELD_MANAGER, operation: 'Apply', fieldsV1: { 'f:spec': {} } },
        { manager: 'kubectl', operation: 'Update', subresource: 'scale', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
      ],
    },
  };

  it.each<[string, Record<string, string>, KubeObject | undefined, number]>([
    ['are the wanted ones at first', {}, undefined, 3],
    ['are more at once', {}, deployment(2), 3],
    ['are not fewer at once', {}, deployment(5), 5],
    ['are put back where a hand has set them', {}, byHand, 3],
    ['are none at once in hibernation', { 'tickstorm.io/hibernate': 'true' }, deployment(5), 0],
  ])('%s', (_, annotations, live, expected) => {
    const subject = tickStorm(annotations);
    expect(heldReplicas(subject, wantedReplicas(subject, live), live)).toBe(expected);
  });
});
