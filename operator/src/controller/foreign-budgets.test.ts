import { expect, it } from '@jest/globals';
import type { KubeObject } from '../runtime/kube-object.ts';
import { foreignBudgetsOn } from './foreign-budgets.ts';

const budget = (name: string, selector?: object): KubeObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name, namespace: 'n' },
  spec: { ...(selector !== undefined && { selector }) },
});

it.each<[string, object | undefined, boolean]>([
  ['everything', {}, true],
  ['its label', { matchLabels: { app: 'demo' } }, true],
  ['another label', { matchLabels: { app: 'web' } }, false],
  ['one of several values', { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'demo'] }] }, true],
  ['all but some', { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['demo'] }] }, false],
  ['whoever has a label', { matchExpressions: [{ key: 'app', operator: 'Exists' }] }, true],
  ['whoever has not', { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, false],
  ['nothing: it has no selector', undefined, false],
])('a budget of others that selects %s', (_, selector, isFound) => {
  const budgets = [budget('demo-pdb', { matchLabels: { app: 'demo' } }), budget('others', selector)];
  expect(foreignBudgetsOn(budgets, 'demo', 'demo-pdb')).toEqual(isFound ? ['others'] : []);
});
