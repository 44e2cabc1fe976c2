import { describe, expect, it } from '@jest/globals';
import { parseTickStorm, type TickStorm } from '../api/v1alpha1/tick-storm.ts';
import type { KubeObject } from '../runtime/kube-object.ts';
import { wantedReplicas } from './wanted-replicas.ts';

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
