import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../runtime/kube-object.ts';
import { podTroubleOf } from './pod-trouble.ts';

const pod = (name: string, status: object, deletionTimestamp?: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...(deletionTimestamp !== undefined && { deletionTimestamp }) },
  status,
});
const waiting = (reason: string, message: string, lastState: object = {}) => ({
  containerStatuses: [{ name: 'tick-storm', state: { waiting: { reason, message } }, lastState }],
});

describe('pods that do not come up', () => {
  it.each<[string, object, string | undefined, string]>([
    [
      'an image that is not there',
      waiting('ImagePullBackOff', 'back-off 40s'),
      'ImagePullFailed',
      'ImagePullBackOff: back-off',
    ],
    [
      'a missing Secret',
      waiting('CreateContainerConfigError', 'secret "x" not found'),
      'ContainerConfigInvalid',
      'secret "x"',
    ],
    [
      'a crash',
      waiting('CrashLoopBackOff', 'back-off 10s', { terminated: { exitCode: 78, reason: 'Error' } }),
      'CrashLooping',
      'Pod a, container tick-storm: CrashLoopBackOff, exit code 78 (Error); kubectl logs a --previous says why',
    ],
    [
      'no node',
      { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/2 nodes' }] },
      'Unschedulable',
      'Pod a finds no node: 0/2 nodes',
    ],
    ['a start', waiting('ContainerCreating', ''), undefined, ''],
  ])('tell of %s', (_, status, reason, message) => {
    const trouble = podTroubleOf([pod('a', status)]);
    expect(trouble?.reason).toBe(reason);
    expect(trouble?.message ?? '').toContain(message);
  });

  it('tell what explains most, and nothing of pods that are going', () => {
    const crash = pod('a', waiting('CrashLoopBackOff', ''));
    const image = pod('b', waiting('ErrImagePull', 'no'));
    expect(podTroubleOf([crash, image])?.reason).toBe('ImagePullFailed');
    expect(podTroubleOf([pod('a', waiting('ErrImagePull', 'no'), '2030-01-01T00:00:00Z')])).toBeUndefined();
  });
});
