import { expect, it } from '@jest/globals';
import type { KubeObject } from '../runtime/kube-object.ts';
import { SpecGenerations } from './spec-generations.ts';

const deployment = (generation: number, replicas: number, uid = 'uid'): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a', uid, generation },
  spec: { replicas },
});

it('counts a spec from its first generation on, however often something else changes', () => {
  const generations = new SpecGenerations();
  const [first, second, third, fourth] = [deployment(3, 2), deployment(4, 2), deployment(5, 2), deployment(6, 1)];
  generations.note(first, second);
  generations.note(second, third);
  expect(generations.since(third)).toBe(3);
  generations.note(third, fourth);
  expect(generations.since(fourth)).toBe(6);
});

it('knows nothing of generations that it has not seen, of another Deployment, and of one that is gone', () => {
  const generations = new SpecGenerations();
  generations.note(deployment(3, 2), deployment(4, 2));
  expect(generations.since(deployment(5, 2))).toBe(5);
  generations.note(deployment(3, 2, 'former'), deployment(4, 2, 'anew'));
  expect(generations.since(deployment(4, 2, 'anew'))).toBe(4);
  generations.forget('uid');
  expect(generations.since(deployment(4, 2))).toBe(4);
});
