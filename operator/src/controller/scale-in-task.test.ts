import { expect, it } from '@jest/globals';
import type { KubeObject } from '../runtime/kube-object.ts';
import { scaleInTask } from './scale-in-task.ts';

interface Numbers {
  readonly observedGeneration?: number;
  readonly updatedReplicas?: number;
  readonly conditions?: readonly object[];
}

const deployment = (status: Numbers): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'demo', namespace: 'n', generation: 2 },
  spec: { replicas: 8 },
  status: { observedGeneration: 2, replicas: 9, updatedReplicas: 1, readyReplicas: 8, ...status },
});
const unplaced = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' };
const waiting: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  status: { conditions: [unplaced] },
};
const late = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' };

it.each<[string, Numbers, KubeObject[], string]>([
  ['over when all pods are of one template', { updatedReplicas: 9 }, [waiting], 'none'],
  ['under way while pods start', {}, [], 'under way'],
  ['held when a pod does not come up', {}, [waiting], 'held'],
  ['held when it does not get on', { conditions: [late] }, [], 'held'],
  ['unknown before it was looked at', { observedGeneration: 1 }, [waiting], 'unknown'],
])('a rollout is %s', (_, status, pods, expected) => {
  expect(scaleInTask(6, deployment(status), pods, 'SurgeOne').rollout).toBe(expected);
});

it.each([
  ['Surge', 2, 2],
  ['SurgeOne', 1, 0],
  ['Replace', 0, 1],
] as const)('with %s a rollout may have %d pods more and %d fewer', (strategy, surge, unavailable) => {
  const failure = { type: 'ReplicaFailure', status: 'True' };
  const task = scaleInTask(6, deployment({ conditions: [failure] }), [], strategy);
  expect(task).toMatchObject({ wanted: 6, current: 8, surge, unavailable, hasMissingPods: true });
});
