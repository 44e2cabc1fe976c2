import { expect, it } from '@jest/globals';
import { isActive, podView } from './pod-view.ts';

const pod = (metadata: object, fields: object = {}): Parameters<typeof podView>[0] => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', uid: 'u', ...metadata },
  ...fields,
});

it('reads what scaling needs', () => {
  const annotations = {
    'tickstorm.io/drain-started-at': '2026-01-01T00:00:00Z',
    'controller.kubernetes.io/pod-deletion-cost': '-5',
  };
  const status = { phase: 'Running', podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] };
  const view = podView(
    pod(
      { annotations, labels: { 'pod-template-hash': 'abc' }, creationTimestamp: '2025-12-31T00:00:00Z' },
      { spec: { nodeName: 'n' }, status },
    ),
  );
  expect(view).toEqual({
    name: 'p',
    uid: 'u',
    templateHash: 'abc',
    address: '10.0.0.1',
    phase: 'Running',
    isAssigned: true,
    isReady: true,
    deletionCost: -5,
    createdMs: Date.UTC(2025, 11, 31),
    drainStartedMs: Date.UTC(2026, 0, 1),
    killedAtMs: undefined,
  });
  expect(isActive(view)).toBe(true);
});

it('takes what is missing or means nothing for absent', () => {
  const annotations = {
    'tickstorm.io/drain-started-at': 'today',
    'controller.kubernetes.io/pod-deletion-cost': 'cheap',
  };
  expect(podView(pod({ annotations }))).toMatchObject({
    phase: 'Pending',
    address: undefined,
    isAssigned: false,
    isReady: false,
    deletionCost: 0,
    drainStartedMs: undefined,
  });
});

it.each([
  ['one that is being deleted', { deletionTimestamp: '2026-01-01T00:00:00Z' }, 'Running'],
  ['one that has failed', {}, 'Failed'],
  ['one that has ended', {}, 'Succeeded'],
])('%s is not counted by a ReplicaSet', (_, metadata, phase) => {
  expect(isActive(podView(pod(metadata, { status: { phase } })))).toBe(false);
});
