import { expect, it } from '@jest/globals';
import type { KubeObject } from '../runtime/kube-object.ts';
import { settledOf } from './settled.ts';

const object = (kind: string, metadata: object, fields: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'demo', namespace: 'n', uid: 'u', generation: 3, ...metadata },
  ...fields,
});
const tickStorm = (metadata: object = {}, spec: object = { replicas: 2 }): KubeObject =>
  object('TickStorm', metadata, { spec });
const deployment = (status: object = {}, replicas = 2): KubeObject =>
  object(
    'Deployment',
    {},
    {
      spec: { replicas },
      status: { observedGeneration: 3, replicas: 2, readyReplicas: 2, updatedReplicas: 2, ...status },
    },
  );
const pod = (metadata: object = {}, ready = 'True'): KubeObject =>
  object('Pod', metadata, { status: { phase: 'Running', podIP: 'x', conditions: [{ type: 'Ready', status: ready }] } });
const two = [pod(), pod()];
const NOW_MS = Date.UTC(2026, 0, 1);

it('is a TickStorm that is as wanted with every pod in service', () => {
  expect(settledOf(tickStorm(), deployment(), two, NOW_MS)?.pods).toHaveLength(2);
});

it('is one beside which pods are left that have been killed, as on a node that is lost, or have ended', () => {
  const killed = pod({ deletionTimestamp: '2026-01-01T00:00:00Z' }, 'False');
  const ended = { ...pod({}, 'False'), status: { phase: 'Failed' } };
  expect(settledOf(tickStorm(), deployment(), [...two, killed, ended], NOW_MS)?.pods).toHaveLength(2);
});

it.each<[string, KubeObject | undefined, KubeObject | undefined, readonly KubeObject[]]>([
  ['is gone', undefined, deployment(), two],
  ['is being deleted', tickStorm({ deletionTimestamp: '2026-01-01T00:00:00Z' }), deployment(), two],
  ['cannot be read', tickStorm({}, { replicas: 'many' }), deployment(), two],
  ['is paused', tickStorm({ annotations: { 'tickstorm.io/paused': 'all' } }), deployment(), two],
  ['is not to be levelled', tickStorm({ annotations: { 'tickstorm.io/paused': 'rebalance' } }), deployment(), two],
  ['has no Deployment', tickStorm(), undefined, two],
  ['rolls', tickStorm(), deployment({ updatedReplicas: 1 }), two],
  ['surges', tickStorm(), deployment({ replicas: 3 }), [...two, pod()]],
  ['scales down', tickStorm({}, { replicas: 1 }), deployment(), two],
  ['has not been looked at', tickStorm(), deployment({ observedGeneration: 2 }), two],
  ['has a pod that is not ready', tickStorm(), deployment({ readyReplicas: 1 }), [pod(), pod({}, 'False')]],
  ['has a pod that leaves', tickStorm(), deployment(), [...two, pod({ deletionTimestamp: '2026-01-01T00:00:01Z' })]],
  [
    'has a pod that drains',
    tickStorm(),
    deployment(),
    [pod(), pod({ annotations: { 'tickstorm.io/drain-started-at': '2026-01-01T00:00:00Z' } })],
  ],
])('is none that %s', (_, live, of, pods) => {
  expect(settledOf(live, of, pods, NOW_MS)).toBeUndefined();
});
